/* A depthwise convolution of one kernel size: the file that includes this defines its name, KERNEL_HEIGHT and KERNEL_WIDTH. */
#include "paretino_dsp.h"

/* Words that hold a row of taps: from an even place, and shifted by one. */
#define HALF ((KERNEL_WIDTH + 1) / 2)
#define SHIFTED ((KERNEL_WIDTH + 2) / 2)

static inline uint32_t pair(int32_t low, int32_t high) { return ((uint32_t)low & 0xffffu) | ((uint32_t)high << 16); }

/* One channel of the input as int16, padding included, rows of `width`. */
static void widen(const paretino_convolution *c, const int8_t *x, int16_t *plane, int32_t height, int32_t width) {
  const int32_t channels = c->in_channels, room = width - c->pad_left;
  const int32_t inside = room < c->in_width ? room : c->in_width;
  const int16_t zero = c->in_zero;
  for (int32_t row = -c->pad_top; row < height - c->pad_top; row++) {
    int16_t *const end = plane + width;
    if (row >= 0 && row < c->in_height) {
      const int8_t *from = x + row * c->in_width * channels;
      for (int32_t i = 0; i < c->pad_left; i++) *plane++ = zero;
      PARETINO_UNROLL_4 for (int32_t i = 0; i < inside; i++, from += channels) *plane++ = *from;
    }
    while (plane != end) *plane++ = zero;
  }
}

/* Channel by channel; the result may overwrite the input. */
PARETINO_KERNEL(PARETINO_NAME) {
  const paretino_convolution *c = (const paretino_convolution *)op;
  const int32_t channels = c->in_channels, step = c->stride_x;
  const int32_t height = (c->out_height - 1) * c->stride_y + KERNEL_HEIGHT;
  const int32_t width = ((c->out_width - 1) * step + KERNEL_WIDTH + 1) & ~1;
  const int32_t out_zero = c->out_zero, min = c->min, max = c->max, pairs = step == 1 ? c->out_width >> 1 : 0;
  int16_t *plane = (int16_t *)(void *)paretino_scratch(x2);
  for (int32_t channel = 0; channel < channels; channel++) {
    const int32_t bias = c->bias[channel], multiplier = c->multipliers[channel], shift = c->shifts[channel];
    uint32_t taps[KERNEL_HEIGHT][HALF], shifted[KERNEL_HEIGHT][SHIFTED];
    int8_t *to = y + channel;
    PARETINO_UNROLL for (int32_t i = 0; i < KERNEL_HEIGHT; i++) {
      int32_t row[KERNEL_WIDTH + 3] = {0};
      PARETINO_UNROLL for (int32_t j = 0; j < KERNEL_WIDTH; j++) {
        row[j + 1] = c->weights[(i * KERNEL_WIDTH + j) * channels + channel] - c->weight_zero;
      }
      PARETINO_UNROLL for (int32_t j = 0; j < HALF; j++) taps[i][j] = pair(row[2 * j + 1], row[2 * j + 2]);
      PARETINO_UNROLL for (int32_t j = 0; j < SHIFTED; j++) shifted[i][j] = pair(row[2 * j], row[2 * j + 1]);
    }
    widen(c, x + channel, plane, height, width);
    int32_t row = 0, done = 0;
#ifdef CAN_BE_FAST
    if (CAN_BE_FAST(c, shift)) {
      done = fast_rows(c, channel, plane, width, to);
      row = c->out_height - 1;
      to += (row * c->out_width + done) * channels;
    }
#endif
    for (; row < c->out_height; row++) {
      const int16_t *from = plane + row * c->stride_y * width + done * step;
      int32_t column = done > 0 ? 0 : pairs;
      for (; column > 0; column--, from += 2) {
        int32_t s0 = bias, s1 = bias;
        PARETINO_UNROLL for (int32_t i = 0; i < KERNEL_HEIGHT; i++) {
          PARETINO_UNROLL for (int32_t j = 0; j < SHIFTED; j++) {
            const uint32_t values = paretino_load(from + i * width + 2 * j);
            if (j < HALF) s0 = paretino_smlad(values, taps[i][j], s0);
            s1 = paretino_smlad(values, shifted[i][j], s1);
          }
        }
        *to = paretino_clamp(paretino_requantize(s0, multiplier, shift) + out_zero, min, max);
        to += channels;
        *to = paretino_clamp(paretino_requantize(s1, multiplier, shift) + out_zero, min, max);
        to += channels;
      }
      for (column = done > 0 ? done : 2 * pairs; column < c->out_width; column++, from += step) {
        int32_t sum = bias;
        PARETINO_UNROLL for (int32_t i = 0; i < KERNEL_HEIGHT; i++) {
          PARETINO_UNROLL for (int32_t j = 0; j < HALF; j++) {
            sum = paretino_smlad(paretino_load(from + i * width + 2 * j), taps[i][j], sum);
          }
        }
        *to = paretino_clamp(paretino_requantize(sum, multiplier, shift) + out_zero, min, max);
        to += channels;
      }
    }
  }
}
