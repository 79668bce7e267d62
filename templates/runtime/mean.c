#include "paretino.h"

PARETINO_KERNEL(mean) {
  const paretino_reduction *r = (const paretino_reduction *)op;
  (void)x2;
  for (int32_t channel = 0; channel < r->channels; channel++) {
    int32_t sum = -r->positions * r->in_zero;
    for (int32_t i = 0; i < r->positions; i++) sum += x[i * r->channels + channel];
    y[channel] = paretino_clamp(paretino_scale(sum, r->multiplier, r->shift) + r->out_zero, -128, 127);
  }
}
