#include "paretino_dsp.h"

static void fill(int8_t *to, int32_t value, int32_t n) {
  while (n-- > 0) *to++ = (int8_t)value;
}

static inline void copy(int8_t *to, const int8_t *from, int32_t n) {
  const int8_t *const end = from + n, *const words_end = from + (n & ~3);
  for (; from != words_end; to += 4, from += 4) __builtin_memcpy(to, from, 4);
  while (from != end) *to++ = *from++;
}

/* What the filters see at one position, in one piece: in place where it lies so, else gathered with the padding. */
static const int8_t *window(const paretino_convolution *c, const int8_t *x, int32_t top, int32_t left, int8_t *buffer) {
  const int32_t channels = c->in_channels, run = c->kernel_width * channels, pitch = c->in_width * channels;
  const int8_t *source = x + top * pitch + left * channels;
  int8_t *to = buffer;
  if (top >= 0 && left >= 0 && top + c->kernel_height <= c->in_height && left + c->kernel_width <= c->in_width) {
    if (c->kernel_height == 1 && (run & 3) == 0) return source;
    for (int32_t i = 0; i < c->kernel_height; i++, to += run, source += pitch) copy(to, source, run);
  } else {
    const int32_t hidden = left < 0 ? -left : 0, room = c->in_width - left;
    const int32_t first = hidden < c->kernel_width ? hidden : c->kernel_width;
    const int32_t last = room > c->kernel_width ? c->kernel_width : room > first ? room : first;
    for (int32_t i = top; i < top + c->kernel_height; i++, to += run, source += pitch) {
      if (i < 0 || i >= c->in_height) {
        fill(to, c->in_zero, run);
      } else {
        fill(to, c->in_zero, first * channels);
        copy(to + first * channels, source + first * channels, (last - first) * channels);
        fill(to + last * channels, c->in_zero, run - last * channels);
      }
    }
  }
  return buffer;
}

/* What is done at two positions. The assembly below reads it by offset. */
typedef struct {
  const int8_t *first, *second;
  int32_t size;
  const int32_t *bias, *multipliers;
  const int8_t *shifts;
  int8_t *y, *z;
  int32_t out_zero;
  /* Weights' zero point times the sum of inputs. */
  int32_t from_first, from_second;
  const int8_t *weights;
  /* From one filter to its neighbour: bytes of weights, and places. */
  int32_t step, next;
  int32_t filter, end;
} block;

/* Four inputs at two positions by four weights of two filters: 20 instructions for 16 products. */
#define PRODUCTS              \
  "ldr r8, [r2], #4\n"        \
  "ldr r9, [r3], #4\n"        \
  "ldr r10, [r0], #4\n"       \
  "sxtb16 r11, r8\n"          \
  "sxtb16 r8, r8, ror #8\n"   \
  "sxtb16 r12, r9\n"          \
  "sxtb16 r9, r9, ror #8\n"   \
  "sxtb16 lr, r10\n"          \
  "sxtb16 r10, r10, ror #8\n" \
  "smlad r4, lr, r11, r4\n"   \
  "smlad r5, lr, r12, r5\n"   \
  "smlad r4, r10, r8, r4\n"   \
  "smlad r5, r10, r9, r5\n"   \
  "ldr r10, [r1], #4\n"       \
  "sxtb16 lr, r10\n"          \
  "sxtb16 r10, r10, ror #8\n" \
  "smlad r6, lr, r11, r6\n"   \
  "smlad r7, lr, r12, r7\n"   \
  "smlad r6, r10, r8, r6\n"   \
  "smlad r7, r10, r9, r7\n"

/* As paretino_requantize, with the output's zero point in lr. */
#define REQUANTIZE(sum, multiplier, shift)         \
  "lsl " sum ", #1\n"                              \
  "smmulr " sum ", " sum ", " multiplier "\n"      \
  "add " sum ", " sum ", " sum ", asr #31\n"       \
  "asr " sum ", " sum ", " shift "\n"              \
  "add " sum ", #1\n"                              \
  "add " sum ", lr, " sum ", asr #1\n"             \
  "ssat " sum ", #8, " sum "\n"

/* Filters b->filter to b->end - 1 by twos, at two positions. In assembly, because every register is taken. */
__attribute__((naked, noinline)) static void filters(block *b __attribute__((unused))) {
  __asm volatile(
      "push {r4-r11, lr}\n"
      "push {r0}\n"
      /* Below it on the stack: where the unrolled loop ends, and the other. */
      "ldr r1, [r0]\n"
      "ldr r3, [r0, #8]\n"
      "bic r2, r3, #15\n"
      "add r2, r1\n"
      "add r3, r1\n"
      "push {r2, r3}\n"
      "mov r12, r0\n"
      "1:\n"
      "ldrd r10, r11, [r12, #52]\n"
      "ldr r9, [r12, #12]\n"
      "add r9, r9, r11, lsl #2\n"
      "ldr r5, [r9]\n"
      "ldr r7, [r9, r10, lsl #2]\n"
      "ldrd r8, r9, [r12, #36]\n"
      "sub r4, r5, r8\n"
      "sub r5, r9\n"
      "sub r6, r7, r8\n"
      "sub r7, r9\n"
      "ldrd r0, r1, [r12, #44]\n"
      "add r1, r0\n"
      "ldrd r2, r3, [r12]\n"
      "ldr r12, [sp]\n"
      "cmp r2, r12\n"
      "beq 3f\n"
      "2:\n"
      ".rept 4\n" PRODUCTS ".endr\n"
      "ldr r12, [sp]\n"
      "cmp r2, r12\n"
      "bne 2b\n"
      "3:\n"
      "ldr r12, [sp, #4]\n"
      "cmp r2, r12\n"
      "beq 4f\n" PRODUCTS
      "b 3b\n"
      "4:\n"
      "ldr r12, [sp, #8]\n"
      "str r1, [r12, #44]\n"
      "ldrd r10, r11, [r12, #52]\n"
      "ldrd r0, r1, [r12, #16]\n"
      "add r0, r0, r11, lsl #2\n"
      "ldr r2, [r0]\n"
      "ldr r3, [r0, r10, lsl #2]\n"
      "add r1, r11\n"
      "ldrsb r8, [r1]\n"
      "ldrsb r9, [r1, r10]\n"
      "ldrd r0, r1, [r12, #24]\n"
      "add r0, r11\n"
      "add r1, r11\n"
      "ldr lr, [r12, #32]\n"
      REQUANTIZE("r4", "r2", "r8")
      REQUANTIZE("r5", "r2", "r8")
      REQUANTIZE("r6", "r3", "r9")
      REQUANTIZE("r7", "r3", "r9")
      "strb r4, [r0]\n"
      "strb r5, [r1]\n"
      "strb r6, [r0, r10]\n"
      "strb r7, [r1, r10]\n"
      "ldr r0, [r12, #60]\n"
      "add r11, #2\n"
      "str r11, [r12, #56]\n"
      "cmp r11, r0\n"
      "blt 1b\n"
      "add sp, #12\n"
      "pop {r4-r11, pc}\n");
}

static void limit(const paretino_convolution *c, int8_t *y) {
  for (int32_t i = 0; i < c->out_channels; i++) y[i] = paretino_clamp(y[i], c->min, c->max);
}

/* Weights [out][row], rows padded with zeros to a multiple of four. */
PARETINO_KERNEL(conv2d_folded) {
  const paretino_convolution *c = (const paretino_convolution *)op;
  const int32_t size = c->kernel_height * c->kernel_width * c->in_channels, padded = (size + 3) & ~3;
  const int32_t positions = c->out_height * c->out_width;
  int8_t *buffer = paretino_scratch(x2);
  int32_t top = -c->pad_top, left = -c->pad_left, column = 0;
  block b;
  b.size = padded;
  b.bias = c->bias;
  b.multipliers = c->multipliers;
  b.shifts = c->shifts;
  b.out_zero = c->out_zero;
  b.from_first = b.from_second = 0;
  for (int32_t i = 0; i < 2; i++) fill(buffer + i * padded + size, 0, padded - size);
  for (int32_t position = 0; position < positions; position += 2) {
    const int8_t *windows[2];
    /* An odd last position is its own neighbour, an odd last filter likewise. */
    const int32_t is_pair = position + 1 < positions;
    for (int32_t i = 0; i <= is_pair; i++) {
      windows[i] = window(c, x, top, left, buffer + i * padded);
      left += c->stride_x;
      if (++column == c->out_width) {
        column = 0;
        left = -c->pad_left;
        top += c->stride_y;
      }
    }
    b.first = windows[0];
    b.second = windows[is_pair];
    if (c->weight_zero != 0) {
      b.from_first = c->weight_zero * paretino_total(b.first, padded);
      b.from_second = c->weight_zero * paretino_total(b.second, padded);
    }
    b.y = y;
    b.z = y + is_pair * c->out_channels;
    b.weights = c->weights;
    b.step = padded;
    b.next = 1;
    b.filter = 0;
    b.end = c->out_channels & ~1;
    if (b.end > 0) filters(&b);
    if (b.end < c->out_channels) {
      b.step = b.next = 0;
      b.filter = b.end;
      b.end = c->out_channels;
      filters(&b);
    }
    if (c->min > -128 || c->max < 127) {
      limit(c, b.y);
      limit(c, b.z);
    }
    y += 2 * c->out_channels;
  }
}
