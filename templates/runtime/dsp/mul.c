#include "paretino_dsp.h"

PARETINO_KERNEL(mul) {
  const paretino_elementwise *e = (const paretino_elementwise *)op;
  const paretino_factor factor = paretino_prepare(e->multipliers[0], e->shifts[0]);
  const int32_t zero_1 = e->zero_1, zero_2 = e->zero_2, min = e->min, max = e->max, out_zero = e->out_zero;
  const int8_t *const end = x + e->size, *const operand_end = x2 + e->period, *operand = x2;
  while (x != end) {
    const int32_t product = (*x++ - zero_1) * (*operand++ - zero_2);
    *y++ = paretino_clamp(paretino_rescale(product, factor) + out_zero, min, max);
    if (operand == operand_end) operand = x2;
  }
}
