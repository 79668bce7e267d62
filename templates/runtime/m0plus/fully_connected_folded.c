#include "paretino.h"

#define UNIT(row, sum)            \
  "ldrsb r3, [" row ", r1]\n"     \
  "muls r3, r2\n"                 \
  "add " sum ", r3\n"
#define PRODUCTS                  \
  "ldrsb r2, [r0, r1]\n"          \
  UNIT("r4", "r8") UNIT("r5", "r9") UNIT("r6", "r10") UNIT("r7", "r11") \
  "adds r1, #1\n"

/* Sums of four rows of weights, `step` bytes apart, with one input of job[0] values (a multiple of four), to job[1 ... 4]. */
__attribute__((naked, noinline)) static void multiply(
    const int8_t *x __attribute__((unused)), const int8_t *row __attribute__((unused)),
    int32_t step __attribute__((unused)), int32_t job[5] __attribute__((unused))) {
  __asm volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "push {r3-r7}\n"
      "ldr r4, [r3]\n"
      "mov r12, r4\n"
      "movs r4, #0\n"
      "mov r8, r4\n"
      "mov r9, r4\n"
      "mov r10, r4\n"
      "mov r11, r4\n"
      "movs r4, r1\n"
      "adds r5, r4, r2\n"
      "adds r6, r5, r2\n"
      "adds r7, r6, r2\n"
      "movs r1, #0\n"
      "1:\n"
      PRODUCTS PRODUCTS PRODUCTS PRODUCTS
      "cmp r1, r12\n"
      "bne 1b\n"
      "pop {r3}\n"
      "adds r3, #4\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "stm r3!, {r4-r7}\n"
      "pop {r4-r7}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "pop {r4-r7, pc}\n");
}

/*
 * Weights [out][in], rows padded with zeros to a multiple of four. What is read past the input, to the end of its last
 * word in the arena, meets a zero.
 */
PARETINO_KERNEL(fully_connected_folded) {
  const paretino_dense *d = (const paretino_dense *)op;
  const int32_t size = (d->in_size + 3) & ~3;
  const int8_t *row = d->weights;
  int32_t from_input = 0;
  (void)x2;
  if (d->weight_zero != 0) {
    for (int32_t i = 0; i < d->in_size; i++) from_input += x[i];
    from_input *= d->weight_zero;
  }
  for (int32_t unit = 0; unit < d->out_size;) {
    /* The last ones that do not make four are done one by one. */
    const int32_t units = d->out_size - unit >= 4 ? 4 : 1;
    int32_t job[5];
    job[0] = size;
    multiply(x, row, units == 4 ? size : 0, job);
    row += units * size;
    for (int32_t i = 1; i <= units; i++, unit++) {
      const int32_t high = paretino_multiply(job[i] + d->bias[unit] - from_input, d->multipliers[unit]).high;
      /* Rounded once, ties up, where convolutions round twice: so does TensorFlow Lite. */
      y[unit] = paretino_clamp((((high >> d->shifts[unit]) + 1) >> 1) + d->out_zero, d->min, d->max);
    }
  }
}
