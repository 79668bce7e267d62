#include "paretino_dsp.h"

/* Weights of two units in one 16-bit lane, as in conv2d_paired.c. */

/* The assembly below reads it by offset. */
typedef struct {
  const int8_t *x, *unrolled_end, *end, *weights;
  const int32_t *bias, *multipliers;
  const int8_t *shifts, *shifts_end;
  int8_t *y;
  /* Twice the output's zero point, plus 1. */
  int32_t zero;
  /* Bytes of weights of two units. */
  int32_t pair;
} block;

#define UNITS(row, sum, low)            \
  "ldm " row "!, {r6, r7}\n"              \
  "smlad " sum ", r6, r4, " sum "\n"      \
  "sxtb16 r6, r6\n"                       \
  "smlad " low ", r6, r4, " low "\n"      \
  "smlad " sum ", r7, r5, " sum "\n"      \
  "sxtb16 r7, r7\n"                       \
  "smlad " low ", r7, r5, " low "\n"

/* Four inputs by four weights of four units: 17 instructions for 16 products. */
#define PRODUCTS               \
  "ldr r5, [r2], #4\n"         \
  "sxtb16 r4, r5\n"            \
  "sxtb16 r5, r5, ror #8\n"    \
  UNITS("r0", "r8", "r9") UNITS("r1", "r10", "r11")

/* As paretino_requantize_once; shift in the lowest byte of r3, which moves on to the next one's. */
#define REQUANTIZE(sum, multiplier)              \
  "lsl r12, lr, r3\n"                            \
  "smmul " sum ", " sum ", " multiplier "\n"     \
  "add " sum ", r12\n"                           \
  "asr " sum ", r3\n"                            \
  "ssat " sum ", #8, " sum ", asr #1\n"          \
  "lsr r3, #8\n"                                 \
  "strb " sum ", [r0], #1\n"

/* Units by fours. */
__attribute__((naked, noinline)) static void fours(const block *b __attribute__((unused))) {
  __asm volatile(
      "push {r4-r11, lr}\n"
      "ldm r0, {r1-r11}\n"
      "push {r1-r11}\n"
      "ldr r0, [sp, #12]\n"
      "1:\n"
      "ldr r1, [sp, #40]\n"
      "add r1, r0\n"
      "mov r8, #0\n"
      "mov r9, #0\n"
      "mov r10, #0\n"
      "mov r11, #0\n"
      "ldrd r2, r3, [sp]\n"
      "cmp r2, r3\n"
      "beq 3f\n"
      "2:\n"
      ".rept 4\n" PRODUCTS ".endr\n"
      "cmp r2, r3\n"
      "bne 2b\n"
      "3:\n"
      "ldr r3, [sp, #8]\n"
      "cmp r2, r3\n"
      "beq 5f\n"
      "4:\n" PRODUCTS
      "cmp r2, r3\n"
      "bne 4b\n"
      "5:\n"
      "sub r8, r9\n"
      "sub r10, r11\n"
      "ldrd r2, r3, [sp, #16]\n"
      "ldm r2!, {r4-r7}\n"
      "add r8, r4, r8, asr #8\n"
      "add r9, r5\n"
      "add r10, r6, r10, asr #8\n"
      "add r11, r7\n"
      "ldm r3!, {r4-r7}\n"
      "strd r2, r3, [sp, #16]\n"
      "ldr lr, [sp, #24]\n"
      "ldr r3, [lr], #4\n"
      "str lr, [sp, #24]\n"
      "ldrd r0, lr, [sp, #32]\n"
      REQUANTIZE("r8", "r4") REQUANTIZE("r9", "r5") REQUANTIZE("r10", "r6") REQUANTIZE("r11", "r7")
      "str r0, [sp, #32]\n"
      "mov r0, r1\n"
      "ldrd r1, r2, [sp, #24]\n"
      "cmp r1, r2\n"
      "bne 1b\n"
      "add sp, #44\n"
      "pop {r4-r11, pc}\n");
}

static int32_t one(const int8_t *x, const int8_t *weights, int32_t size, int32_t sum) {
  for (const int8_t *const end = x + size; x != end; x += 4, weights += 4) {
    const uint32_t values = paretino_load(x), word = paretino_load(weights);
    sum = paretino_smlad(paretino_even(word), paretino_even(values), sum);
    sum = paretino_smlad(paretino_odd(word), paretino_odd(values), sum);
  }
  return sum;
}

/* Weights: pairs of units as conv2d_paired has pairs of filters; the last units that do not make four lie as they are. */
PARETINO_KERNEL(fully_connected_paired) {
  const paretino_dense *d = (const paretino_dense *)op;
  const int32_t size = (d->in_size + 3) & ~3, by_four = d->out_size & ~3;
  if (size != d->in_size) {
    int8_t *padded = paretino_scratch(x2);
    for (int32_t i = 0; i < size; i++) padded[i] = (int8_t)(i < d->in_size ? x[i] : 0);
    x = padded;
  }
  if (by_four > 0) {
    block b;
    b.x = x;
    b.unrolled_end = x + (size & ~15);
    b.end = x + size;
    b.weights = d->weights;
    b.bias = d->bias;
    b.multipliers = d->multipliers;
    b.shifts = d->shifts;
    b.shifts_end = d->shifts + by_four;
    b.y = y;
    b.zero = 2 * d->out_zero + 1;
    b.pair = 2 * size;
    fours(&b);
  }
  for (int32_t unit = by_four; unit < d->out_size; unit++) {
    const int32_t sum = one(x, d->weights + unit * size, size, d->bias[unit]);
    const int32_t scaled = paretino_requantize_once(sum, d->multipliers[unit], d->shifts[unit]);
    y[unit] = paretino_clamp(scaled + d->out_zero, -128, 127);
  }
  if (d->min > -128 || d->max < 127) {
    for (int32_t unit = 0; unit < d->out_size; unit++) y[unit] = paretino_clamp(y[unit], d->min, d->max);
  }
}
