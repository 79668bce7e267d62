#include "paretino_dsp.h"

/*
 * Convolution with the weights of two filters, A and B, in one 16-bit lane, 256 a + b: one SMLAD with the lane and one
 * with its low byte give 256 sum(x a) + sum(x b) and sum(x b). Their difference, modulo 2^32, gives sum(x a) where that is below 2^23.
 */

/* What is done at two positions. The assembly below reads it by offset. */
typedef struct {
  /* Inputs of both positions, taking turns: words of values 0 and 2, 1 and 3 of the first, then of the second. */
  const uint32_t *x, *unrolled_end, *end;
  const int8_t *weights;
  const int32_t *bias, *multipliers;
  const int8_t *shifts, *shifts_end;
  int8_t *y, *z;
  /* Twice the output's zero point, plus 1. */
  int32_t zero;
} block;

/* Four inputs at two positions by four weights of two filters: 12 instructions for 16 products. */
#define PRODUCTS               \
  "ldm r0!, {r7, r8}\n"        \
  "ldm r1!, {r3-r6}\n"         \
  "smlad r10, r7, r3, r10\n"   \
  "smlad r12, r7, r5, r12\n"   \
  "sxtb16 r7, r7\n"            \
  "smlad r11, r7, r3, r11\n"   \
  "smlad lr, r7, r5, lr\n"     \
  "smlad r10, r8, r4, r10\n"   \
  "smlad r12, r8, r6, r12\n"   \
  "sxtb16 r8, r8\n"            \
  "smlad r11, r8, r4, r11\n"   \
  "smlad lr, r8, r6, lr\n"

/* From twice the sum, as paretino_requantize; rounding and zero point, shifted, in r9. */
#define REQUANTIZE(sum, multiplier, shift)       \
  "smmulr " sum ", " sum ", " multiplier "\n"    \
  "add " sum ", " sum ", " sum ", asr #31\n"     \
  "add " sum ", r9\n"                            \
  "asr " sum ", " shift "\n"                     \
  "ssat " sum ", #8, " sum ", asr #1\n"

/* Pairs of filters at two positions. In assembly, because every register is taken. */
__attribute__((naked, noinline)) static void filters(const block *b __attribute__((unused))) {
  __asm volatile(
      "push {r4-r11, lr}\n"
      "ldm r0, {r1-r11}\n"
      "push {r1-r11}\n"
      "ldr r0, [sp, #12]\n"
      "1:\n"
      "mov r10, #0\n"
      "mov r11, #0\n"
      "mov r12, #0\n"
      "mov lr, #0\n"
      "ldrd r1, r2, [sp]\n"
      "cmp r1, r2\n"
      "beq 3f\n"
      "2:\n"
      ".rept 4\n" PRODUCTS ".endr\n"
      "cmp r1, r2\n"
      "bne 2b\n"
      "3:\n"
      "ldr r2, [sp, #8]\n"
      "cmp r1, r2\n"
      "beq 5f\n"
      "4:\n" PRODUCTS
      "cmp r1, r2\n"
      "bne 4b\n"
      "5:\n"
      "sub r10, r11\n"
      "sub r12, lr\n"
      "add r9, sp, #16\n"
      "ldm r9, {r1-r3}\n"
      "ldm r1!, {r4, r5}\n"
      "add r10, r4, r10, asr #7\n"
      "add r12, r4, r12, asr #7\n"
      "add r11, r5, r11, lsl #1\n"
      "add lr, r5, lr, lsl #1\n"
      "ldm r2!, {r4, r5}\n"
      "ldrb r6, [r3], #1\n"
      "ldrb r7, [r3], #1\n"
      "stm r9, {r1-r3}\n"
      "ldr r8, [sp, #40]\n"
      "lsl r9, r8, r6\n"
      REQUANTIZE("r10", "r4", "r6")
      REQUANTIZE("r12", "r4", "r6")
      "lsl r9, r8, r7\n"
      REQUANTIZE("r11", "r5", "r7")
      REQUANTIZE("lr", "r5", "r7")
      "ldrd r1, r2, [sp, #32]\n"
      /* In this order, so that where there is no second position the first one's results stay. */
      "strb r12, [r2], #1\n"
      "strb lr, [r2], #1\n"
      "strb r10, [r1], #1\n"
      "strb r11, [r1], #1\n"
      "strd r1, r2, [sp, #32]\n"
      "ldr r4, [sp, #28]\n"
      "cmp r3, r4\n"
      "bne 1b\n"
      "add sp, #44\n"
      "pop {r4-r11, pc}\n");
}

/* The last filter of an odd number, at the position whose inputs begin at x; its weights lie as they are. */
static int32_t last_filter(const uint32_t *x, const uint32_t *end, const int8_t *weights) {
  int32_t sum = 0;
  for (; x < end; x += 4, weights += 4) {
    const uint32_t word = paretino_load(weights);
    sum = paretino_smlad(paretino_odd(word), x[1], paretino_smlad(paretino_even(word), x[0], sum));
  }
  return sum;
}

static uint32_t *widen(uint32_t *to, const int8_t *from, int32_t n) {
  for (const int8_t *const end = from + n; from != end; from += 4, to += 4) {
    const uint32_t word = paretino_load(from);
    to[0] = paretino_even(word);
    to[1] = paretino_odd(word);
  }
  return to;
}

static uint32_t *fill(uint32_t *to, uint32_t pair, int32_t n) {
  for (; n > 0; n -= 4, to += 4) to[0] = to[1] = pair;
  return to;
}

/* What the filters see at one position, with its padding. Runs of channels that do not fill words go by way of bytes. */
static void window(
    const paretino_convolution *c, const int8_t *x, int32_t top, int32_t left, uint32_t *to, int8_t *bytes) {
  const int32_t channels = c->in_channels, run = c->kernel_width * channels, pitch = c->in_width * channels;
  const int32_t hidden = left < 0 ? -left : 0, room = c->in_width - left;
  const int32_t first = hidden < c->kernel_width ? hidden : c->kernel_width;
  const int32_t last = room > c->kernel_width ? c->kernel_width : room > first ? room : first;
  const int32_t before = first * channels, inside = (last - first) * channels, after = run - last * channels;
  const int8_t *source = x + top * pitch + left * channels + before;
  int8_t *byte = bytes;
  for (int32_t i = top; i < top + c->kernel_height; i++, source += pitch) {
    const int32_t is_seen = i >= 0 && i < c->in_height;
    if ((channels & 3) == 0) {
      const uint32_t pair = (uint32_t)(uint16_t)c->in_zero * 0x10001u;
      to = fill(to, pair, is_seen ? before : run);
      if (is_seen) to = fill(widen(to, source, inside), pair, after);
    } else {
      const int8_t *const end = byte + run, *const seen = byte + before;
      const int8_t *const seen_end = is_seen ? seen + inside : seen;
      const int8_t *from = source;
      while (byte != seen) *byte++ = (int8_t)c->in_zero;
      while (seen_end - byte >= 4) {
        __builtin_memcpy(byte, from, 4);
        byte += 4;
        from += 4;
      }
      while (byte != seen_end) *byte++ = *from++;
      while (byte != end) *byte++ = (int8_t)c->in_zero;
    }
  }
  if ((channels & 3) != 0) widen(to, bytes, (int32_t)(byte - bytes + 3) & ~3);
}

/*
 * Weights: for each pair of filters and each four inputs 8 bytes, two lanes for inputs 0 and 2 and two for 1 and 3;
 * rows padded with zeros. Biases are doubled.
 */
PARETINO_KERNEL(conv2d_paired) {
  const paretino_convolution *c = (const paretino_convolution *)op;
  const int32_t size = (c->kernel_height * c->kernel_width * c->in_channels + 3) & ~3, paired = c->out_channels & ~1;
  const int32_t positions = c->out_height * c->out_width;
  uint32_t *buffer = (uint32_t *)(void *)paretino_scratch(x2);
  int8_t *bytes = (int8_t *)(buffer + size);
  int32_t top = -c->pad_top, left = -c->pad_left, column = 0;
  block b;
  b.x = buffer;
  b.end = buffer + size;
  b.unrolled_end = buffer + (size & ~15);
  b.weights = c->weights;
  b.bias = c->bias;
  b.multipliers = c->multipliers;
  b.shifts = c->shifts;
  b.shifts_end = c->shifts + paired;
  b.zero = 2 * c->out_zero + 1;
  for (int32_t position = 0; position < positions; position += 2) {
    /* Beside an odd last position lies what was there before. */
    const int32_t count = position + 1 < positions ? 2 : 1;
    for (int32_t i = 0; i < count; i++) {
      window(c, x, top, left, buffer + 2 * i, bytes);
      left += c->stride_x;
      if (++column == c->out_width) {
        column = 0;
        left = -c->pad_left;
        top += c->stride_y;
      }
    }
    b.y = y;
    b.z = count == 2 ? y + c->out_channels : y;
    if (paired > 0) filters(&b);
    for (int32_t i = 0; i < count; i++, y += c->out_channels) {
      if (paired < c->out_channels) {
        const int32_t sum = last_filter(buffer + 2 * i, b.end, c->weights + paired * size);
        const int32_t scaled = paretino_requantize(sum + c->bias[paired], c->multipliers[paired], c->shifts[paired]);
        y[paired] = paretino_clamp(scaled + c->out_zero, -128, 127);
      }
      if (c->min > -128 || c->max < 127) {
        for (int32_t k = 0; k < c->out_channels; k++) y[k] = paretino_clamp(y[k], c->min, c->max);
      }
    }
  }
}
