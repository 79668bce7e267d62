/* A depthwise convolution of one kernel size: the file that includes this defines its name, KERNEL_HEIGHT and KERNEL_WIDTH. */
#include "paretino_m0plus.h"

/* One channel of the input moved up by 128, padding included, rows of `width`. */
static void move(const paretino_convolution *c, const int8_t *x, uint8_t *plane, int32_t height, int32_t width) {
  const int32_t channels = c->in_channels, room = width - c->pad_left;
  const int32_t inside = room < c->in_width ? room : c->in_width;
  const uint8_t zero = (uint8_t)c->in_zero;
  for (int32_t row = -c->pad_top; row < height - c->pad_top; row++) {
    uint8_t *const end = plane + width;
    if (row >= 0 && row < c->in_height) {
      const int8_t *from = x + row * c->in_width * channels;
      for (int32_t i = 0; i < c->pad_left; i++) *plane++ = zero;
      PARETINO_UNROLL_4 for (int32_t i = 0; i < inside; i++, from += channels) *plane++ = (uint8_t)(*from ^ -128);
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
  uint8_t *plane = (uint8_t *)paretino_scratch(x2);
  for (int32_t channel = 0; channel < channels; channel++) {
    const int32_t bias = c->bias[channel], multiplier = c->multipliers[channel], shift = c->shifts[channel];
    const int32_t out_zero = c->out_zero, min = c->min, max = c->max;
    int32_t taps[KERNEL_HEIGHT * KERNEL_WIDTH];
    int8_t *to = y + channel;
    for (int32_t i = 0; i < KERNEL_HEIGHT * KERNEL_WIDTH; i++) taps[i] = c->weights[i * channels + channel] - c->weight_zero;
    move(c, x + channel, plane, height, width);
    for (int32_t row = 0; row < c->out_height; row++) {
      const uint8_t *from = plane + row * c->stride_y * width;
      for (int32_t column = 0; column < c->out_width; column++, from += step, to += channels) {
        int32_t sum = bias;
        const uint8_t *line = from;
        PARETINO_UNROLL for (int32_t i = 0; i < KERNEL_HEIGHT; i++, line += width) {
          PARETINO_UNROLL for (int32_t j = 0; j < KERNEL_WIDTH; j++) sum += line[j] * taps[i * KERNEL_WIDTH + j];
        }
        *to = paretino_clamp(paretino_requantize(sum, multiplier, shift) + out_zero, min, max);
      }
    }
  }
}
