/* Types and fixed-point arithmetic that every kernel shares. All kernels work on int8; see the fixed-point notes below. */
#ifndef PARETINO_H
#define PARETINO_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* conv2d: weights [out][kernel_height][kernel_width][in]; depthwise_conv2d: [kernel_height][kernel_width][out]. */
typedef struct {
  const int8_t *weights;
  const int32_t *bias;
  const int32_t *multipliers;
  const int8_t *shifts;
  int16_t in_height, in_width, in_channels;
  int16_t out_height, out_width, out_channels;
  int16_t kernel_height, kernel_width;
  int16_t stride_y, stride_x;
  int16_t pad_top, pad_left;
  int16_t in_zero, out_zero, weight_zero;
  int16_t min, max;
  int16_t depth_multiplier;
} paretino_convolution;

/* weights [out][in] */
typedef struct {
  const int8_t *weights;
  const int32_t *bias;
  const int32_t *multipliers;
  const int8_t *shifts;
  int32_t in_size;
  int16_t out_size;
  int16_t in_zero, out_zero, weight_zero;
  int16_t min, max;
} paretino_dense;

typedef struct {
  int16_t in_height, in_width, channels;
  int16_t out_height, out_width;
  int16_t kernel_height, kernel_width;
  int16_t stride_y, stride_x;
  int16_t pad_top, pad_left;
  int16_t min, max;
} paretino_pool;

/* add and mul: the second operand is read again from its start after `period` values. */
typedef struct {
  int32_t size;
  int32_t period;
  int32_t multipliers[3];
  int8_t shifts[3];
  int8_t left_shift;
  int16_t zero_1, zero_2, out_zero;
  int16_t min, max;
} paretino_elementwise;

typedef struct {
  int32_t positions;
  int32_t channels;
  int32_t multiplier;
  int32_t shift;
  int16_t in_zero, out_zero;
} paretino_reduction;

typedef struct {
  int32_t positions;
  int32_t channels;
  int32_t multiplier;
  int32_t left_shift;
  int32_t diff_min;
} paretino_softmax_op;

typedef struct {
  int32_t size;
  int8_t table[256];
} paretino_table;

/* Rows of `row` bytes, `pitch` bytes apart from `offset` on where they go to (crop_rows: where they come from); around
   them `fill` where fill_size > 0. */
typedef struct {
  int32_t rows;
  int32_t row;
  int32_t offset;
  int32_t pitch;
  int32_t fill_size;
  int32_t fill;
} paretino_rows;

/* y may be x where the memory plan says so; kernels for which it never does are free to read late. */
typedef void paretino_kernel(const void *op, const int8_t *x, const int8_t *x2, int8_t *y);

/* One step of a network: a kernel, what it works with, and where in the arena its operands lie. */
typedef struct {
  paretino_kernel *kernel;
  const void *op;
  uint32_t x, x2, y;
} paretino_step;

#ifdef __cplusplus
#define PARETINO_C extern "C"
#else
#define PARETINO_C
#endif

/* The head of a kernel's function, paretino_NAME. What it is handed, the toolkit's list of kernels says. */
#define PARETINO_KERNEL_(name)                 \
  PARETINO_C paretino_kernel paretino_##name;  \
  PARETINO_C void paretino_##name(const void *op, const int8_t *x, const int8_t *x2, int8_t *y)
#define PARETINO_KERNEL(name) PARETINO_KERNEL_(name)

/* A network: its steps, and the arena in which they work. Offsets and sizes in bytes. */
typedef struct {
  const paretino_step *steps;
  int8_t *arena;
  int32_t count, arena_size;
  int32_t input, input_size;
  int32_t output, output_size;
} paretino_network;

void paretino_init(const paretino_network *network);
int8_t *paretino_input(const paretino_network *network);
const int8_t *paretino_output(const paretino_network *network);
/* Runs the steps in order. After each, calls after(i) where it is not null: for profiling. */
void paretino_run(const paretino_network *network, void (*after)(int32_t step));
/* The same for a network whose inputs and outputs are unsigned. */
void paretino_run_unsigned(const paretino_network *network, void (*after)(int32_t step));

/*
 * Fixed point, as in TensorFlow Lite's reference kernels: x times a factor multiplier * 2^(shift - 31).
 * The factor's multiplier is in [2^30, 2^31), or 0.
 */

#if defined(__arm__) && defined(__ARM_ARCH) && __ARM_ARCH < 7
#define PARETINO_NARROW_MULTIPLIER 1
#endif

/* A 64-bit product as two words. */
typedef struct {
  int32_t high;
  uint32_t low;
} paretino_product;

#ifdef PARETINO_NARROW_MULTIPLIER
/* Cortex-M0+ multiplies 32 x 32 -> 32 bits only: four products of halves, carries by hand. */
static inline paretino_product paretino_multiply(int32_t a, int32_t b) {
  const int32_t a_low = a & 0xffff, a_high = a >> 16, b_low = b & 0xffff, b_high = b >> 16;
  const uint32_t low = (uint32_t)a_low * (uint32_t)b_low;
  const int32_t cross = a_high * b_low, other = b_high * a_low;
  const uint32_t middle = (low >> 16) + ((uint32_t)cross & 0xffffu) + ((uint32_t)other & 0xffffu);
  paretino_product product;
  product.high = a_high * b_high + (cross >> 16) + (other >> 16) + (int32_t)(middle >> 16);
  product.low = (middle << 16) | (low & 0xffffu);
  return product;
}
#endif

/* (a * b + 2^30) >> 31: twice the product's high half, rounded half up. */
static inline int32_t paretino_high_multiply(int32_t a, int32_t b) {
#ifdef PARETINO_NARROW_MULTIPLIER
  const paretino_product product = paretino_multiply(a, b);
  const uint32_t low = product.low + (UINT32_C(1) << 30);
  const uint32_t high = (uint32_t)product.high + (low < product.low ? 1u : 0u);
  return (int32_t)((high << 1) | (low >> 31));
#else
  return (int32_t)(((int64_t)a * b + (INT32_C(1) << 30)) >> 31);
#endif
}

/* x / 2^exponent, rounded to nearest, ties away from zero. */
static inline int32_t paretino_round_shift(int32_t x, int32_t exponent) {
  const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1u);
  const int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

static inline int32_t paretino_scale(int32_t x, int32_t multiplier, int32_t shift) {
  if (shift > 0) return paretino_high_multiply((int32_t)((uint32_t)x << shift), multiplier);
  return paretino_round_shift(paretino_high_multiply(x, multiplier), -shift);
}

/* Rounds once, where convolutions round twice: so does TensorFlow Lite. (x * multiplier + 2^(30 - shift)) >> (31 - shift) */
static inline int32_t paretino_scale_once(int32_t x, int32_t multiplier, int32_t shift) {
#ifdef PARETINO_NARROW_MULTIPLIER
  const paretino_product product = paretino_multiply(x, multiplier);
  uint32_t bottom = product.low;
  int32_t high = product.high;
  const int32_t by = 31 - shift;
  const uint32_t before = bottom;
  if (by <= 32) {
    bottom += UINT32_C(1) << (by - 1);
    high += bottom < before ? 1 : 0;
    return by == 32 ? high : (int32_t)(((uint32_t)high << (32 - by)) | (bottom >> by));
  }
  high += INT32_C(1) << (by - 33);
  return high >> (by - 32);
#else
  const int64_t product = (int64_t)x * multiplier;
  return (int32_t)((product + (INT64_C(1) << (30 - shift))) >> (31 - shift));
#endif
}

/* The rows or columns of a picture that a window of `size`, the first of them at `start`, has: the others are padding. */
typedef struct {
  int32_t first, end;
} paretino_visible;

static inline paretino_visible paretino_window(int32_t start, int32_t size, int32_t length) {
  paretino_visible visible;
  visible.first = start < 0 ? 0 : start;
  visible.end = start + size < length ? start + size : length;
  return visible;
}

static inline int8_t paretino_clamp(int32_t x, int32_t min, int32_t max) {
  return (int8_t)(x < min ? min : x > max ? max : x);
}

#ifdef __cplusplus
}
#endif
#endif
