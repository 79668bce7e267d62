#include "paretino.h"

PARETINO_KERNEL(conv2d) {
  const paretino_convolution *c = (const paretino_convolution *)op;
  const int32_t channels = c->in_channels, row_size = c->in_width * channels;
  const int32_t in_zero = c->in_zero, weight_zero = c->weight_zero;
  (void)x2;
  for (int32_t row = 0; row < c->out_height; row++) {
    const int32_t top = row * c->stride_y - c->pad_top;
    const int32_t first_i = top < 0 ? -top : 0;
    const int32_t last_i = c->in_height - top < c->kernel_height ? c->in_height - top : c->kernel_height;
    for (int32_t column = 0; column < c->out_width; column++) {
      const int32_t left = column * c->stride_x - c->pad_left;
      const int32_t first_j = left < 0 ? -left : 0;
      const int32_t last_j = c->in_width - left < c->kernel_width ? c->in_width - left : c->kernel_width;
      const int32_t run = (last_j - first_j) * channels;
      const int8_t *weights = c->weights + first_j * channels;
      for (int32_t filter = 0; filter < c->out_channels; filter++) {
        int32_t sum = c->bias[filter];
        for (int32_t i = first_i; i < last_i; i++) {
          const int8_t *source = x + (top + i) * row_size + (left + first_j) * channels;
          const int8_t *weight = weights + i * c->kernel_width * channels;
          for (int32_t k = 0; k < run; k++) sum += (source[k] - in_zero) * (weight[k] - weight_zero);
        }
        weights += c->kernel_height * c->kernel_width * channels;
        *y++ = paretino_clamp(paretino_scale(sum, c->multipliers[filter], c->shifts[filter]) + c->out_zero, c->min, c->max);
      }
    }
  }
}
