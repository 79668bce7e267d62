#include "paretino_dsp.h"

#define UNUSED __attribute__((unused))

#define UNIT(row, sum)       \
  "ldr r11, [" row "], #4\n"   \
  "sxtb16 r12, r11\n"          \
  "sxtb16 r11, r11, ror #8\n"  \
  "smlad " sum ", r12, r9, " sum "\n" \
  "smlad " sum ", r11, r10, " sum "\n"

/* Four inputs by four weights of four units. */
#define PRODUCTS                                   \
  "ldr r10, [r4], #4\n"                            \
  "sxtb16 r9, r10\n"                               \
  "sxtb16 r10, r10, ror #8\n"                      \
  UNIT("r0", "r5") UNIT("r1", "r6") UNIT("r2", "r7") UNIT("r3", "r8")

/*
 * Sums of four rows of weights, `step` bytes apart, with one input of `size` values. In assembly because every register
 * is taken: 23 instructions for 16 products.
 */
__attribute__((naked, noinline)) static void multiply(
    const int8_t *row UNUSED, int32_t step UNUSED, const int8_t *x UNUSED, int32_t size UNUSED, int32_t *sums UNUSED) {
  __asm volatile(
      "push {r4-r11, lr}\n"
      "mov r4, r2\n"
      "add r12, r2, r3\n"
      "push {r12}\n"
      "bic r3, #15\n"
      "add lr, r2, r3\n"
      "add r2, r0, r1, lsl #1\n"
      "add r3, r2, r1\n"
      "add r1, r0\n"
      "mov r5, #0\n"
      "mov r6, #0\n"
      "mov r7, #0\n"
      "mov r8, #0\n"
      "cmp r4, lr\n"
      "beq 2f\n"
      "1:\n"
      ".rept 4\n" PRODUCTS ".endr\n"
      "cmp r4, lr\n"
      "bne 1b\n"
      "2:\n"
      "pop {lr}\n"
      "3:\n"
      "cmp r4, lr\n"
      "beq 4f\n" PRODUCTS
      "b 3b\n"
      "4:\n"
      "ldr r3, [sp, #36]\n"
      "stm r3, {r5-r8}\n"
      "pop {r4-r11, pc}\n");
}

/* Weights [out][in], rows padded with zeros to a multiple of four. */
PARETINO_KERNEL(fully_connected_folded) {
  const paretino_dense *d = (const paretino_dense *)op;
  const int32_t size = (d->in_size + 3) & ~3, out_zero = d->out_zero, min = d->min, max = d->max;
  const int32_t *bias = d->bias, *multiplier = d->multipliers;
  const int8_t *shift = d->shifts, *row = d->weights;
  const int8_t *const end = y + d->out_size;
  int32_t from_input;
  if (size != d->in_size) {
    int8_t *padded = paretino_scratch(x2);
    for (int32_t i = 0; i < size; i++) padded[i] = (int8_t)(i < d->in_size ? x[i] : 0);
    x = padded;
  }
  from_input = d->weight_zero == 0 ? 0 : d->weight_zero * paretino_total(x, size);
  while (y != end) {
    /* The last ones that do not make four are done one by one. */
    const int32_t units = end - y >= 4 ? 4 : 1;
    int32_t sums[4];
    multiply(row, units == 4 ? size : 0, x, size, sums);
    row += units * size;
    for (int32_t i = 0; i < units; i++) {
      const int32_t scaled = paretino_requantize_once(sums[i] + *bias++ - from_input, *multiplier++, *shift++);
      *y++ = paretino_clamp(scaled + out_zero, min, max);
    }
  }
}
