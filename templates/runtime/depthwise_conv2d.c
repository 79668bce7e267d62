#include "paretino.h"

PARETINO_KERNEL(depthwise_conv2d) {
  const paretino_convolution *c = (const paretino_convolution *)op;
  const int32_t in_channels = c->in_channels, out_channels = c->out_channels, row_size = c->in_width * in_channels;
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
      int32_t channel = 0;
      for (int32_t source_channel = 0; source_channel < in_channels; source_channel++) {
        for (int32_t copy = 0; copy < c->depth_multiplier; copy++, channel++) {
          int32_t sum = c->bias[channel];
          for (int32_t i = first_i; i < last_i; i++) {
            const int8_t *source = x + (top + i) * row_size + (left + first_j) * in_channels + source_channel;
            const int8_t *weight = c->weights + (i * c->kernel_width + first_j) * out_channels + channel;
            for (int32_t j = first_j; j < last_j; j++) {
              sum += (*source - in_zero) * (*weight - weight_zero);
              source += in_channels;
              weight += out_channels;
            }
          }
          *y++ = paretino_clamp(paretino_scale(sum, c->multipliers[channel], c->shifts[channel]) + c->out_zero, c->min, c->max);
        }
      }
    }
  }
}
