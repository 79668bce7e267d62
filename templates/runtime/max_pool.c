#include "paretino.h"

PARETINO_KERNEL(max_pool) {
  const paretino_pool *p = (const paretino_pool *)op;
  (void)x2;
  for (int32_t row = 0; row < p->out_height; row++) {
    const int32_t top = row * p->stride_y - p->pad_top;
    const paretino_visible rows = paretino_window(top, p->kernel_height, p->in_height);
    for (int32_t column = 0; column < p->out_width; column++) {
      const int32_t left = column * p->stride_x - p->pad_left;
      const paretino_visible columns = paretino_window(left, p->kernel_width, p->in_width);
      for (int32_t channel = 0; channel < p->channels; channel++) {
        int32_t most = -128;
        for (int32_t i = rows.first; i < rows.end; i++) {
          for (int32_t j = columns.first; j < columns.end; j++) {
            const int32_t value = x[(i * p->in_width + j) * p->channels + channel];
            if (value > most) most = value;
          }
        }
        *y++ = paretino_clamp(most, p->min, p->max);
      }
    }
  }
}
