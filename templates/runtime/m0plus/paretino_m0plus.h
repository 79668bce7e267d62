/*
 * Cortex-M0+: a 32-bit product a cycle and little else. Inputs, and the weights of convolutions, are taken as unsigned
 * numbers (moved up by 128), zero points are folded into the bias: see folded.ts.
 */
#ifndef PARETINO_M0PLUS_H
#define PARETINO_M0PLUS_H

#include "paretino.h"

#define PARETINO_UNROLL _Pragma("GCC unroll 32")
#define PARETINO_UNROLL_4 _Pragma("GCC unroll 4")

/*
 * sum * multiplier * 2^-(32 + shift), rounded twice as TensorFlow Lite does: to 32 bits with ties up, then with ties
 * away from zero; |sum| < 2^30. Works on the magnitude a and on halves, so that no sum of products overflows:
 *   high = 2 a1 b1 + (a1 b0 + a0 b1 + 2^14 + s + (a0 b0 + (s & 0xffff)) / 2^16) / 2^15, s = -1 for negative sums.
 */
__attribute__((naked, noinline)) static int32_t paretino_requantize(
    int32_t sum __attribute__((unused)), int32_t multiplier __attribute__((unused)),
    int32_t shift __attribute__((unused))) {
  __asm volatile(
      ".syntax unified\n"
      "asrs r3, r0, #31\n"
      "eors r0, r3\n"
      "subs r0, r0, r3\n"
      "push {r4-r6}\n"
      "mov r12, r3\n"
      "lsrs r4, r0, #16\n"
      "uxth r0, r0\n"
      "lsrs r5, r1, #16\n"
      "uxth r1, r1\n"
      "uxth r3, r3\n"
      "movs r6, r0\n"
      "muls r6, r1\n"
      "adds r3, r3, r6\n"
      "lsrs r3, r3, #16\n"
      "muls r1, r4\n"
      "adds r3, r3, r1\n"
      "muls r0, r5\n"
      "adds r3, r3, r0\n"
      "muls r4, r5\n"
      "add r3, r12\n"
      "movs r6, #64\n"
      "lsls r6, r6, #8\n"
      "adds r3, r3, r6\n"
      "lsrs r3, r3, #15\n"
      "lsls r4, r4, #1\n"
      "adds r3, r3, r4\n"
      "lsrs r3, r2\n"
      "adds r3, #1\n"
      "lsrs r3, r3, #1\n"
      "mov r1, r12\n"
      "eors r3, r1\n"
      "subs r0, r3, r1\n"
      "pop {r4-r6}\n"
      "bx lr\n");
}

/* Kernels without in-place use take the second operand's place for scratch memory. */
static inline int8_t *paretino_scratch(const int8_t *x2) { return (int8_t *)(uintptr_t)x2; }

#endif
