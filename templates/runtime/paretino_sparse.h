/*
 * Rows of weights most of which are zero (Han et al. 2016, section 2): two bytes with the number of entries, low byte
 * first; then for each two entries one byte with the zeros in front of them (0 to 15, the first entry's in the low half)
 * and the two weights. A last single entry takes two bytes. A longer gap is bridged by an entry whose weight is zero.
 */
#ifndef PARETINO_SPARSE_H
#define PARETINO_SPARSE_H

#include "paretino.h"

/* Takes the number of entries off a row. */
static inline int32_t paretino_sparse_entries(const uint8_t **row) {
  const int32_t count = (*row)[0] | (*row)[1] << 8;
  *row += 2;
  return count;
}

#endif
