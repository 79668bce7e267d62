#include "paretino.h"

PARETINO_KERNEL(fully_connected) {
  const paretino_dense *d = (const paretino_dense *)op;
  const int32_t in_zero = d->in_zero, weight_zero = d->weight_zero;
  const int8_t *weight = d->weights;
  (void)x2;
  for (int32_t unit = 0; unit < d->out_size; unit++) {
    int32_t sum = d->bias[unit];
    for (int32_t i = 0; i < d->in_size; i++) sum += (x[i] - in_zero) * (*weight++ - weight_zero);
    y[unit] = paretino_clamp(paretino_scale_once(sum, d->multipliers[unit], d->shifts[unit]) + d->out_zero, d->min, d->max);
  }
}
