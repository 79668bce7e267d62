#include "paretino.h"

/* Quotient of magnitudes by shift and subtract: cores without a divider need no library for it. */
static int32_t divide_rounded(int32_t sum, int32_t count) {
  const uint32_t divisor = (uint32_t)count;
  uint32_t rest = (uint32_t)(sum < 0 ? -sum : sum) + divisor / 2, quotient = 0;
  int32_t shift = 0;
  while ((divisor << shift) <= rest) shift++;
  while (shift-- > 0) {
    quotient <<= 1;
    if ((divisor << shift) <= rest) {
      rest -= divisor << shift;
      quotient |= 1;
    }
  }
  return sum > 0 ? (int32_t)quotient : -(int32_t)quotient;
}

PARETINO_KERNEL(average_pool) {
  const paretino_pool *p = (const paretino_pool *)op;
  (void)x2;
  for (int32_t row = 0; row < p->out_height; row++) {
    const int32_t top = row * p->stride_y - p->pad_top;
    const paretino_visible rows = paretino_window(top, p->kernel_height, p->in_height);
    for (int32_t column = 0; column < p->out_width; column++) {
      const int32_t left = column * p->stride_x - p->pad_left;
      const paretino_visible columns = paretino_window(left, p->kernel_width, p->in_width);
      for (int32_t channel = 0; channel < p->channels; channel++) {
        int32_t sum = 0;
        for (int32_t i = rows.first; i < rows.end; i++) {
          for (int32_t j = columns.first; j < columns.end; j++) sum += x[(i * p->in_width + j) * p->channels + channel];
        }
        *y++ = paretino_clamp(divide_rounded(sum, (rows.end - rows.first) * (columns.end - columns.first)), p->min, p->max);
      }
    }
  }
}
