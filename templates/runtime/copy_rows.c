#include "paretino.h"

/* reshape, concat and pad: rows of bytes to another pitch. */
PARETINO_KERNEL(copy_rows) {
  const paretino_rows *r = (const paretino_rows *)op;
  (void)x2;
  for (int32_t i = 0; i < r->fill_size; i++) y[i] = (int8_t)r->fill;
  for (int32_t row = 0; row < r->rows; row++) {
    int8_t *to = y + r->offset + row * r->pitch;
    for (int32_t i = 0; i < r->row; i++) to[i] = *x++;
  }
}
