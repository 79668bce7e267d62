#include "paretino.h"

PARETINO_KERNEL(add) {
  const paretino_elementwise *e = (const paretino_elementwise *)op;
  for (int32_t i = 0, k = 0; i < e->size; i++) {
    const int32_t a = paretino_scale((x[i] - e->zero_1) * (INT32_C(1) << e->left_shift), e->multipliers[0], e->shifts[0]);
    const int32_t b = paretino_scale((x2[k] - e->zero_2) * (INT32_C(1) << e->left_shift), e->multipliers[1], e->shifts[1]);
    y[i] = paretino_clamp(paretino_scale(a + b, e->multipliers[2], e->shifts[2]) + e->out_zero, e->min, e->max);
    if (++k == e->period) k = 0;
  }
}
