#include "paretino.h"

PARETINO_KERNEL(mul) {
  const paretino_elementwise *e = (const paretino_elementwise *)op;
  for (int32_t i = 0, k = 0; i < e->size; i++) {
    const int32_t product = (x[i] - e->zero_1) * (x2[k] - e->zero_2);
    y[i] = paretino_clamp(paretino_scale(product, e->multipliers[0], e->shifts[0]) + e->out_zero, e->min, e->max);
    if (++k == e->period) k = 0;
  }
}
