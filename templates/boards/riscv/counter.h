/* What one run costs: instructions retired (RISC-V privileged architecture 1.12, section 3.1.10). */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdint.h>

static inline void counter_start(void) {}
static inline uint32_t counter_read(void) {
  uint32_t count;
  __asm volatile("csrr %0, minstret" : "=r"(count));
  return count;
}
static inline uint32_t counter_elapsed(uint32_t from, uint32_t to) { return to - from; }

#endif
