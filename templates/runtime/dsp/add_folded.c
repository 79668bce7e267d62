#include "paretino_dsp.h"

/* As add, for factors below one half; one of a half exactly is taken as a quarter of twice the number. */
PARETINO_KERNEL(add_folded) {
  const paretino_elementwise *e = (const paretino_elementwise *)op;
  const int32_t is_half_1 = e->shifts[0] == 0, is_half_2 = e->shifts[1] == 0;
  const int32_t left_1 = e->left_shift + is_half_1, left_2 = e->left_shift + is_half_2;
  const int32_t shift_1 = is_half_1 - 1 - e->shifts[0], shift_2 = is_half_2 - 1 - e->shifts[1];
  const int32_t shift = -1 - e->shifts[2];
  const int32_t zero_1 = e->zero_1, zero_2 = e->zero_2, out_zero = e->out_zero, min = e->min, max = e->max;
  const int32_t first = e->multipliers[0], second = e->multipliers[1], both = e->multipliers[2];
  const int8_t *const end = x + e->size, *const operand_end = x2 + e->period, *operand = x2;
  /* By fours, so that each factor is fetched once for four numbers. */
  while (x != end) {
    const int32_t count = end - x >= 4 ? 4 : 1;
    int32_t sums[4] = {0, 0, 0, 0};
    if (count == 4) {
      PARETINO_UNROLL for (int32_t i = 0; i < 4; i++) {
        sums[i] = paretino_requantize((x[i] - zero_1) * ((int32_t)1 << left_1), first, shift_1);
      }
      PARETINO_UNROLL for (int32_t i = 0; i < 4; i++) {
        sums[i] += paretino_requantize((*operand++ - zero_2) * ((int32_t)1 << left_2), second, shift_2);
        if (operand == operand_end) operand = x2;
      }
      PARETINO_UNROLL for (int32_t i = 0; i < 4; i++) {
        y[i] = paretino_clamp(paretino_requantize(sums[i], both, shift) + out_zero, min, max);
      }
    } else {
      const int32_t a = paretino_requantize((*x - zero_1) * ((int32_t)1 << left_1), first, shift_1);
      const int32_t b = paretino_requantize((*operand++ - zero_2) * ((int32_t)1 << left_2), second, shift_2);
      if (operand == operand_end) operand = x2;
      *y = paretino_clamp(paretino_requantize(a + b, both, shift) + out_zero, min, max);
    }
    x += count;
    y += count;
  }
}
