#include "paretino_m0plus.h"

/* Moves n inputs up by 128 into every other half-word; gives their sum. */
static uint32_t gather(uint16_t *to, const int8_t *from, int32_t n) {
  uint32_t sum = 0;
  const int8_t *const end = from + n, *const unrolled = from + (n & ~3);
  for (; from != unrolled; from += 4, to += 8) {
    const uint32_t a = (uint8_t)from[0] ^ 0x80u, b = (uint8_t)from[1] ^ 0x80u;
    const uint32_t c = (uint8_t)from[2] ^ 0x80u, d = (uint8_t)from[3] ^ 0x80u;
    to[0] = (uint16_t)a;
    to[2] = (uint16_t)b;
    to[4] = (uint16_t)c;
    to[6] = (uint16_t)d;
    sum += a + b + c + d;
  }
  for (; from != end; from++, to += 2) {
    const uint32_t a = (uint8_t)*from ^ 0x80u;
    *to = (uint16_t)a;
    sum += a;
  }
  return sum;
}

static uint32_t fill(uint16_t *to, uint32_t value, int32_t n) {
  for (int32_t i = 0; i < n; i++) to[2 * i] = (uint16_t)value;
  return n > 0 ? value * (uint32_t)n : 0;
}

/* What the filters see at one position, into every other half-word of the column; gives the sum. */
static uint32_t window(const paretino_convolution *c, const int8_t *x, int32_t top, int32_t left, uint16_t *to) {
  const int32_t channels = c->in_channels, run = c->kernel_width * channels, pitch = c->in_width * channels;
  const int32_t hidden = left < 0 ? -left : 0, room = c->in_width - left;
  const int32_t first = hidden < c->kernel_width ? hidden : c->kernel_width;
  const int32_t last = room > c->kernel_width ? c->kernel_width : room > first ? room : first;
  const int32_t before = first * channels, inside = (last - first) * channels, after = run - last * channels;
  const int8_t *source = x + top * pitch + left * channels + before;
  const uint32_t zero = (uint32_t)c->in_zero;
  uint32_t sum = 0;
  for (int32_t i = top; i < top + c->kernel_height; i++, to += 2 * run, source += pitch) {
    if (i < 0 || i >= c->in_height) {
      sum += fill(to, zero, run);
    } else {
      if (before > 0) sum += fill(to, zero, before);
      sum += gather(to + 2 * before, source, inside);
      if (after > 0) sum += fill(to + 2 * (before + inside), zero, after);
    }
  }
  return sum;
}

/* Four inputs at two positions by four weights of two filters. */
#define WEIGHT(row, at, input, sum, high) \
  "ldrb r4, [" row ", #" at "]\n"         \
  "muls r4, " input "\n"                  \
  "add " sum ", r4\n"                     \
  "lsrs r4, r4, #16\n"                    \
  "add " high ", r4\n"
#define WEIGHTS(at, input) WEIGHT("r1", at, input, "r8", "r9") WEIGHT("r2", at, input, "r10", "r11")
#define PRODUCTS(a, b, c, d)        \
  "ldm r0!, {r3, r5, r6, r7}\n"     \
  WEIGHTS(a, "r3") WEIGHTS(b, "r5") WEIGHTS(c, "r6") WEIGHTS(d, "r7")

/* What is done at two positions, in words. The assembly below reads the first four by offset. */
typedef struct {
  const uint32_t *column;
  const int8_t *weights;
  int32_t size, filters;
  const int32_t *bias, *multipliers;
  const int8_t *shifts;
  int8_t *y;
  /* Weights' zero point times the sum of inputs, at each position. */
  uint32_t from_first, from_second;
  /* From the first position's results to the second's; 0 where there is none. */
  int32_t second;
  int32_t out_zero, min, max;
} block;

/* One filter's results at two positions, from the sums that `filters` has. */
static void finish(const block *b, int32_t filter, uint32_t words, uint32_t upper) __asm("paretino_conv2d_finish");

__attribute__((noinline, used)) static void finish(const block *b, int32_t filter, uint32_t words, uint32_t upper) {
  const int32_t multiplier = b->multipliers[filter], shift = b->shifts[filter];
  const uint32_t bias = (uint32_t)b->bias[filter];
  const int32_t second = paretino_requantize((int32_t)(upper - b->from_second + bias), multiplier, shift);
  const int32_t first = paretino_requantize((int32_t)(words - (upper << 16) - b->from_first + bias), multiplier, shift);
  int8_t *to = b->y + filter;
  /* In this order, so that where there is no second position the first one's result stays. */
  to[b->second] = paretino_clamp(second + b->out_zero, b->min, b->max);
  *to = paretino_clamp(first + b->out_zero, b->min, b->max);
}

/*
 * All filters, by twos, at two positions. A pair of inputs is one word, the second position's above the first's: one
 * product does both, since neither exceeds 16 bits. Summed up are the words, modulo 2^32, and their upper halves, which
 * is the second position's exact sum; 13.25 cycles for 4 products.
 */
__attribute__((naked, noinline)) static void filters(const block *b __attribute__((unused))) {
  __asm volatile(
      ".syntax unified\n"
      "push {r4-r7, lr}\n"
      "mov r4, r8\n"
      "mov r5, r9\n"
      "mov r6, r10\n"
      "mov r7, r11\n"
      "push {r4-r7}\n"
      /* On the stack: the block, the filter, its weights. */
      "sub sp, #12\n"
      "str r0, [sp]\n"
      "movs r1, #0\n"
      "str r1, [sp, #4]\n"
      "ldr r1, [r0, #4]\n"
      "str r1, [sp, #8]\n"
      "1:\n"
      "ldr r3, [sp]\n"
      "ldm r3!, {r0, r1, r4, r6}\n"
      "ldr r1, [sp, #8]\n"
      "ldr r5, [sp, #4]\n"
      "adds r2, r1, r4\n"
      "adds r5, #1\n"
      "cmp r5, r6\n"
      "bne 2f\n"
      /* An odd last filter is its own neighbour. */
      "movs r2, r1\n"
      "2:\n"
      "lsls r5, r4, #2\n"
      "adds r5, r0, r5\n"
      "mov lr, r5\n"
      "lsrs r5, r4, #4\n"
      "lsls r5, r5, #6\n"
      "adds r5, r0, r5\n"
      "mov r12, r5\n"
      "movs r4, #0\n"
      "mov r8, r4\n"
      "mov r9, r4\n"
      "mov r10, r4\n"
      "mov r11, r4\n"
      "3:\n"
      "cmp r0, r12\n"
      "bne 4f\n"
      "b 5f\n"
      "4:\n"
      PRODUCTS("0", "1", "2", "3") PRODUCTS("4", "5", "6", "7")
      PRODUCTS("8", "9", "10", "11") PRODUCTS("12", "13", "14", "15")
      "adds r1, #16\n"
      "adds r2, #16\n"
      "b 3b\n"
      "5:\n"
      "cmp r0, lr\n"
      "beq 6f\n"
      PRODUCTS("0", "1", "2", "3")
      "adds r1, #4\n"
      "adds r2, #4\n"
      "b 5b\n"
      "6:\n"
      "str r2, [sp, #8]\n"
      "ldr r0, [sp]\n"
      "ldr r1, [sp, #4]\n"
      "mov r2, r8\n"
      "mov r3, r9\n"
      "bl paretino_conv2d_finish\n"
      "ldr r0, [sp]\n"
      "ldr r1, [sp, #4]\n"
      "ldr r2, [r0, #12]\n"
      "adds r1, #1\n"
      "cmp r1, r2\n"
      "beq 7f\n"
      "adds r2, r1, #1\n"
      "str r2, [sp, #4]\n"
      "mov r2, r10\n"
      "mov r3, r11\n"
      "bl paretino_conv2d_finish\n"
      "ldr r0, [sp]\n"
      "ldr r1, [sp, #4]\n"
      "ldr r2, [r0, #12]\n"
      "cmp r1, r2\n"
      "beq 7f\n"
      "b 1b\n"
      "7:\n"
      "add sp, #12\n"
      "pop {r4-r7}\n"
      "mov r8, r4\n"
      "mov r9, r5\n"
      "mov r10, r6\n"
      "mov r11, r7\n"
      "pop {r4-r7, pc}\n");
}

/* Weights [out][row], rows padded with zeros to a multiple of four, moved up by 128. */
PARETINO_KERNEL(conv2d_folded) {
  const paretino_convolution *c = (const paretino_convolution *)op;
  const int32_t size = c->kernel_height * c->kernel_width * c->in_channels, padded = (size + 3) & ~3;
  const int32_t positions = c->out_height * c->out_width;
  const uint32_t weight_zero = (uint32_t)c->weight_zero;
  uint32_t *column = (uint32_t *)(void *)paretino_scratch(x2);
  int32_t top = -c->pad_top, left = -c->pad_left, at = 0;
  block b;
  b.column = column;
  b.weights = c->weights;
  b.size = padded;
  b.filters = c->out_channels;
  b.bias = c->bias;
  b.multipliers = c->multipliers;
  b.shifts = c->shifts;
  b.out_zero = c->out_zero;
  b.min = c->min;
  b.max = c->max;
  for (int32_t i = 0; i < padded; i++) column[i] = 0;
  for (int32_t position = 0; position < positions; position += 2) {
    const int32_t is_pair = position + 1 < positions;
    uint32_t from[2] = {0, 0};
    for (int32_t i = 0; i <= is_pair; i++) {
      from[i] = weight_zero * window(c, x, top, left, (uint16_t *)(void *)column + i);
      left += c->stride_x;
      if (++at == c->out_width) {
        at = 0;
        left = -c->pad_left;
        top += c->stride_y;
      }
    }
    b.y = y;
    b.second = is_pair * c->out_channels;
    b.from_first = from[0];
    b.from_second = from[1];
    filters(&b);
    y += 2 * c->out_channels;
  }
}
