#include "paretino_m0plus.h"

/* As add, for factors below one half; one of a half exactly is taken as a quarter of twice the number. */
PARETINO_KERNEL(add_folded) {
  const paretino_elementwise *e = (const paretino_elementwise *)op;
  const int32_t is_half_1 = e->shifts[0] == 0, is_half_2 = e->shifts[1] == 0;
  const int32_t left_1 = e->left_shift + is_half_1, left_2 = e->left_shift + is_half_2;
  const int32_t shift_1 = is_half_1 - 1 - e->shifts[0], shift_2 = is_half_2 - 1 - e->shifts[1];
  const int32_t shift = -1 - e->shifts[2];
  const int8_t *const end = x + e->size, *const operand_end = x2 + e->period, *operand = x2;
  while (x != end) {
    const int32_t a = paretino_requantize((*x++ - e->zero_1) * ((int32_t)1 << left_1), e->multipliers[0], shift_1);
    const int32_t b =
        paretino_requantize((*operand++ - e->zero_2) * ((int32_t)1 << left_2), e->multipliers[1], shift_2);
    *y++ = paretino_clamp(paretino_requantize(a + b, e->multipliers[2], shift) + e->out_zero, e->min, e->max);
    if (operand == operand_end) operand = x2;
  }
}
