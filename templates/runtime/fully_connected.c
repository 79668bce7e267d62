#include "paretino.h"

/* Rounds once, where convolutions round twice: so does TensorFlow Lite. (x * multiplier + 2^(30 - shift)) >> (31 - shift) */
static int32_t scale_rounding_once(int32_t x, int32_t multiplier, int32_t shift) {
#ifdef PARETINO_NARROW_MULTIPLIER
  const paretino_product product = paretino_multiply(x, multiplier);
  uint32_t bottom = product.low;
  int32_t high = product.high;
  const int32_t by = 31 - shift;
  const uint32_t before = bottom;
  if (by <= 32) {
    bottom += UINT32_C(1) << (by - 1);
    high += bottom < before ? 1 : 0;
    return by == 32 ? high : (int32_t)(((uint32_t)high << (32 - by)) | (bottom >> by));
  }
  high += INT32_C(1) << (by - 33);
  return high >> (by - 32);
#else
  const int64_t product = (int64_t)x * multiplier;
  return (int32_t)((product + (INT64_C(1) << (30 - shift))) >> (31 - shift));
#endif
}

void paretino_fully_connected(const void *op, const int8_t *x, const int8_t *x2, int8_t *y) {
  const paretino_dense *d = (const paretino_dense *)op;
  const int32_t in_zero = d->in_zero, weight_zero = d->weight_zero;
  const int8_t *weight = d->weights;
  (void)x2;
  for (int32_t unit = 0; unit < d->out_size; unit++) {
    int32_t sum = d->bias[unit];
    for (int32_t i = 0; i < d->in_size; i++) sum += (x[i] - in_zero) * (*weight++ - weight_zero);
    y[unit] = paretino_clamp(scale_rounding_once(sum, d->multipliers[unit], d->shifts[unit]) + d->out_zero, d->min, d->max);
  }
}
