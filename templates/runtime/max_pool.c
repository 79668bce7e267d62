#include "paretino.h"

PARETINO_KERNEL(max_pool) {
  const paretino_pool *p = (const paretino_pool *)op;
  (void)x2;
  for (int32_t row = 0; row < p->out_height; row++) {
    const int32_t top = row * p->stride_y - p->pad_top;
    const int32_t first = top < 0 ? 0 : top;
    const int32_t end = top + p->kernel_height < p->in_height ? top + p->kernel_height : p->in_height;
    for (int32_t column = 0; column < p->out_width; column++) {
      const int32_t left = column * p->stride_x - p->pad_left;
      const int32_t from = left < 0 ? 0 : left;
      const int32_t to = left + p->kernel_width < p->in_width ? left + p->kernel_width : p->in_width;
      for (int32_t channel = 0; channel < p->channels; channel++) {
        int32_t most = -128;
        for (int32_t i = first; i < end; i++) {
          for (int32_t j = from; j < to; j++) {
            const int32_t value = x[(i * p->in_width + j) * p->channels + channel];
            if (value > most) most = value;
          }
        }
        *y++ = paretino_clamp(most, p->min, p->max);
      }
    }
  }
}
