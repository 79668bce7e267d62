/* What one run costs: ticks of a timer that QEMU advances with instructions, or cycles that the RP2040 emulator counts. */
#ifndef COUNTER_H
#define COUNTER_H

#include <stdint.h>
#include "semihosting.h"

#define COUNTER_{{counter}} 1

#if defined(COUNTER_cmsdk)
/* CMSDK APB timer (Arm DDI 0479, section 4.4): counts down. */
#define TIMER ((volatile uint32_t *){{counterAddress}})

static inline void counter_start(void) {
  TIMER[0] = 0;
  TIMER[2] = UINT32_MAX;
  TIMER[1] = UINT32_MAX;
  TIMER[0] = 1;
}
static inline uint32_t counter_read(void) { return TIMER[1]; }
static inline uint32_t counter_elapsed(uint32_t from, uint32_t to) { return from - to; }
#elif defined(COUNTER_system)
/* System counter of the SSE-300, control frame (Arm DDI 0487, section I5.6: CNTCR, CNTCV at 8). */
#define TIMER ((volatile uint32_t *){{counterAddress}})

static inline void counter_start(void) { TIMER[0] |= 1u; }
static inline uint32_t counter_read(void) { return TIMER[2]; }
static inline uint32_t counter_elapsed(uint32_t from, uint32_t to) { return to - from; }
#else
static inline void counter_start(void) {}
/* SYS_ELAPSED */
static inline uint32_t counter_read(void) {
  uint32_t time[2] = {0, 0};
  semihosting(0x30, time);
  return time[0];
}
static inline uint32_t counter_elapsed(uint32_t from, uint32_t to) { return to - from; }
#endif

#endif
