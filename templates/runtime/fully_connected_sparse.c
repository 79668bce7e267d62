#include "paretino_sparse.h"

PARETINO_KERNEL(fully_connected_sparse) {
  const paretino_dense *d = (const paretino_dense *)op;
  const int32_t weight_zero = d->weight_zero;
  const uint8_t *row = (const uint8_t *)d->weights;
  (void)x2;
  for (int32_t unit = 0; unit < d->out_size; unit++) {
    const int8_t *at = x;
    int32_t sum = d->bias[unit], count = paretino_sparse_entries(&row);
    for (; count >= 2; count -= 2, row += 3) {
      const uint32_t gaps = row[0];
      at += gaps & 15;
      sum += *at++ * ((int8_t)row[1] - weight_zero);
      at += gaps >> 4;
      sum += *at++ * ((int8_t)row[2] - weight_zero);
    }
    if (count > 0) {
      sum += at[row[0]] * ((int8_t)row[1] - weight_zero);
      row += 2;
    }
    y[unit] = paretino_clamp(paretino_scale_once(sum, d->multipliers[unit], d->shifts[unit]) + d->out_zero, d->min, d->max);
  }
}
