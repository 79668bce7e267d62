#include "paretino.h"

/* A part of a picture: rows of bytes from another pitch. */
PARETINO_KERNEL(crop_rows) {
  const paretino_rows *r = (const paretino_rows *)op;
  (void)x2;
  for (int32_t row = 0; row < r->rows; row++) {
    const int8_t *from = x + r->offset + row * r->pitch;
    for (int32_t i = 0; i < r->row; i++) *y++ = from[i];
  }
}
