/*
 * Cores with the DSP extension (Cortex-M4, M7, M33, M55): two 16-bit products an instruction.
 * Zero points are folded into the bias, shifts are stored so that requantising needs no comparison: see folded.ts.
 */
#ifndef PARETINO_DSP_H
#define PARETINO_DSP_H

#include "paretino.h"

#define PARETINO_UNROLL _Pragma("GCC unroll 16")
#define PARETINO_UNROLL_4 _Pragma("GCC unroll 4")

/* sum + low * low + high * high */
static inline int32_t paretino_smlad(uint32_t a, uint32_t b, int32_t sum) {
  int32_t result;
  __asm("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
  return result;
}

/* Bytes 0 and 2 as int16. */
static inline uint32_t paretino_even(uint32_t bytes) {
  uint32_t result;
  __asm("sxtb16 %0, %1" : "=r"(result) : "r"(bytes));
  return result;
}

/* Bytes 1 and 3 as int16. */
static inline uint32_t paretino_odd(uint32_t bytes) {
  uint32_t result;
  __asm("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(bytes));
  return result;
}

/* Four bytes, at any address. */
static inline uint32_t paretino_load(const void *from) {
  uint32_t word;
  __builtin_memcpy(&word, from, 4);
  return word;
}

static inline int32_t paretino_saturate(int32_t x) {
  int32_t result;
  __asm("ssat %0, #8, %1" : "=r"(result) : "r"(x));
  return result;
}

/* sum * multiplier * 2^-(32 + shift), rounded twice as TensorFlow Lite does: to 32 bits, then ties away from zero. */
static inline int32_t paretino_requantize(int32_t sum, int32_t multiplier, int32_t shift) {
  int32_t high;
  __asm("smmulr %0, %1, %2" : "=r"(high) : "r"(sum * 2), "r"(multiplier));
  return (((high + (high >> 31)) >> shift) + 1) >> 1;
}

/* sum * multiplier * 2^-(33 + shift), rounded once, ties up. */
static inline int32_t paretino_requantize_once(int32_t sum, int32_t multiplier, int32_t shift) {
  int32_t high;
  __asm("smmul %0, %1, %2" : "=r"(high) : "r"(sum), "r"(multiplier));
  return ((high >> shift) + 1) >> 1;
}

/* A factor multiplier * 2^(shift - 31), prepared for paretino_rescale. */
typedef struct {
  int32_t multiplier, left, right, half, away;
} paretino_factor;

static inline paretino_factor paretino_prepare(int32_t multiplier, int32_t shift) {
  paretino_factor f;
  f.multiplier = multiplier;
  f.left = shift > 0 ? shift : 0;
  f.right = shift < 0 ? -shift : 0;
  f.half = f.right > 0 ? (int32_t)1 << (f.right - 1) : 0;
  f.away = f.right > 0 ? -1 : 0;
  return f;
}

/* As paretino_scale, without comparisons; x needs a bit to spare. */
static inline int32_t paretino_rescale(int32_t x, paretino_factor f) {
  int32_t high;
  __asm("smmulr %0, %1, %2" : "=r"(high) : "r"((x << f.left) * 2), "r"(f.multiplier));
  return (high + ((high >> 31) & f.away) + f.half) >> f.right;
}

/* Sum of n values, n a multiple of four. */
static inline int32_t paretino_total(const int8_t *p, int32_t n) {
  int32_t sum = 0;
  for (const int8_t *end = p + n; p != end; p += 4) {
    const uint32_t word = paretino_load(p);
    sum = paretino_smlad(paretino_odd(word), 0x10001u, paretino_smlad(paretino_even(word), 0x10001u, sum));
  }
  return sum;
}

/* Kernels without in-place use take the second operand's place for scratch memory. */
static inline int8_t *paretino_scratch(const int8_t *x2) { return (int8_t *)(uintptr_t)x2; }

#endif
