#include "paretino_sparse.h"

/* One weight by the same channel of four positions, `next` bytes apart. */
#define PRODUCTS(gap, value)                          \
  {                                                   \
    const int32_t weight = (int8_t)(value) - weight_zero; \
    at += (gap);                                      \
    sum0 += at[0] * weight;                           \
    sum1 += at[next1] * weight;                       \
    sum2 += at[next2] * weight;                       \
    sum3 += at[next3] * weight;                       \
    at++;                                             \
  }

PARETINO_KERNEL(conv_1x1_sparse) {
  const paretino_convolution *c = (const paretino_convolution *)op;
  const int32_t in = c->in_channels, out = c->out_channels, weight_zero = c->weight_zero;
  const int32_t positions = c->out_height * c->out_width;
  (void)x2;
  for (int32_t position = 0; position < positions; position += 4, x += 4 * in, y += 4 * out) {
    /* Four positions share the unpacking of a row; where fewer are left the last sums are thrown away. */
    const int32_t last = positions - position < 4 ? positions - position - 1 : 3;
    const int32_t next1 = last >= 1 ? in : 0, next2 = last >= 2 ? 2 * in : 0, next3 = last == 3 ? 3 * in : 0;
    const uint8_t *row = (const uint8_t *)c->weights;
    for (int32_t filter = 0; filter < out; filter++) {
      const int8_t *at = x;
      int32_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0, count = paretino_sparse_entries(&row);
      for (; count >= 2; count -= 2, row += 3) {
        const uint32_t gaps = row[0];
        PRODUCTS(gaps & 15, row[1])
        PRODUCTS(gaps >> 4, row[2])
      }
      if (count > 0) {
        PRODUCTS(row[0], row[1])
        row += 2;
      }
      {
        const int32_t sums[4] = {sum0, sum1, sum2, sum3};
        for (int32_t i = 0; i <= last; i++) {
          const int32_t scaled = paretino_scale(sums[i] + c->bias[filter], c->multipliers[filter], c->shifts[filter]);
          y[i * out + filter] = paretino_clamp(scaled + c->out_zero, c->min, c->max);
        }
      }
    }
  }
}
