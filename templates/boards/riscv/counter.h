/* What one run costs: instructions retired (RISC-V privileged architecture 1.12, section 3.1.10). */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdint.h>

static inline void counter_start(void) {}
/* In units of 128: the low word alone would run over within seconds where it counts nanoseconds, as under QEMU. */
static inline uint32_t counter_read(void) {
  uint32_t high, low, again;
  do {
    __asm volatile("csrr %0, minstreth\n csrr %1, minstret\n csrr %2, minstreth" : "=r"(high), "=r"(low), "=r"(again));
  } while (high != again);
  return (high << 25) | (low >> 7);
}
static inline uint32_t counter_elapsed(uint32_t from, uint32_t to) { return to - from; }

#endif
