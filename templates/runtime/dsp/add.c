#include "paretino_dsp.h"

PARETINO_KERNEL(add) {
  const paretino_elementwise *e = (const paretino_elementwise *)op;
  const paretino_factor first = paretino_prepare(e->multipliers[0], e->shifts[0]);
  const paretino_factor second = paretino_prepare(e->multipliers[1], e->shifts[1]);
  const paretino_factor both = paretino_prepare(e->multipliers[2], e->shifts[2]);
  const int32_t spare = INT32_C(1) << e->left_shift, min = e->min, max = e->max, out_zero = e->out_zero;
  const int8_t *const end = x + e->size, *const operand_end = x2 + e->period, *operand = x2;
  while (x != end) {
    const int32_t a = paretino_rescale((*x++ - e->zero_1) * spare, first);
    const int32_t b = paretino_rescale((*operand++ - e->zero_2) * spare, second);
    *y++ = paretino_clamp(paretino_rescale(a + b, both) + out_zero, min, max);
    if (operand == operand_end) operand = x2;
  }
}
