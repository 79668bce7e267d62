#include "paretino.h"

/*
 * Softmax in fixed point, as TensorFlow Lite's reference kernel: differences to the row's maximum with 5 integer bits,
 * their exponentials with none (a polynomial about -1/8 and a chain of stored powers), the sum with 12, its reciprocal
 * by Newton-Raphson. Integers "with n integer bits" stand for value * 2^(31 - n).
 */

static int32_t multiply(int32_t a, int32_t b) { return paretino_high_multiply(a, b); }

static int32_t shift_up(int32_t x, int32_t by) {
  const int32_t limit = INT32_MAX >> by;
  return x > limit ? INT32_MAX : x < -limit - 1 ? INT32_MIN : (int32_t)((uint32_t)x << by);
}

/* e^x for x in [-1/4, 0). */
static int32_t exp_near_zero(int32_t x) {
  const int32_t at = x + (INT32_C(1) << 28);
  const int32_t square = multiply(at, at), cube = multiply(square, at), fourth = multiply(square, square);
  const int32_t tail = paretino_round_shift(multiply(paretino_round_shift(fourth, 2) + cube, 715827883) + square, 1);
  return INT32_C(1895147668) + multiply(at + tail, 1895147668);
}

/* e^x for x <= 0 with 5 integer bits. */
static int32_t exp_on_negative(int32_t x) {
  static const int32_t powers[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t quarter = INT32_C(1) << 24;
  const int32_t fraction = (x & (quarter - 1)) - quarter;
  const uint32_t whole = (uint32_t)fraction - (uint32_t)x;
  if (x == 0) return INT32_MAX;
  int32_t result = exp_near_zero(shift_up(fraction, 5));
  for (int32_t i = 0; i < 7; i++) {
    if ((whole >> (24 + i)) & 1u) result = multiply(result, powers[i]);
  }
  return result;
}

/* 1 / (1 + x) for x in [0, 1). */
static int32_t reciprocal(int32_t x) {
  const int32_t half = (int32_t)(((uint32_t)x + UINT32_C(0x80000000)) >> 1);
  int32_t estimate = 1515870810 + multiply(-1010580540, half);
  for (int32_t step = 0; step < 3; step++) {
    const int32_t error = (INT32_C(1) << 29) - multiply(estimate, half);
    estimate += shift_up(multiply(error, estimate), 2);
  }
  return shift_up(estimate, 1);
}

PARETINO_KERNEL(softmax) {
  const paretino_softmax_op *s = (const paretino_softmax_op *)op;
  (void)x2;
  for (int32_t position = 0; position < s->positions; position++) {
    int32_t most = -128, sum = 0, headroom = 0;
    for (int32_t i = 0; i < s->channels; i++) {
      if (x[i] > most) most = x[i];
    }
    for (int32_t i = 0; i < s->channels; i++) {
      const int32_t difference = x[i] - most;
      if (difference < s->diff_min) continue;
      sum += paretino_round_shift(exp_on_negative(paretino_scale(difference, s->multiplier, s->left_shift)), 12);
    }
    while (!(((uint32_t)sum << headroom) >> 31)) headroom++;
    const int32_t scale = reciprocal((int32_t)(((uint32_t)sum << headroom) & UINT32_C(0x7fffffff)));
    for (int32_t i = 0; i < s->channels; i++) {
      const int32_t difference = x[i] - most;
      int32_t result = -128;
      if (difference >= s->diff_min) {
        const int32_t power = exp_on_negative(paretino_scale(difference, s->multiplier, s->left_shift));
        result = paretino_clamp(paretino_round_shift(multiply(power, scale), 35 - headroom) - 128, -128, 127);
      }
      y[i] = (int8_t)result;
    }
    x += s->channels;
    y += s->channels;
  }
}
