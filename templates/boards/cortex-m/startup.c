/* Vector table and start-up for any Cortex-M: memory is set up, the stack is painted, main is called. */
#include <stdint.h>
#include "semihosting.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_limit[], stack_top[];
int main(void);

#define PAINT UINT32_C(0xdeadbeef)

__attribute__((used)) static void start(void) {
  uint32_t *from = data_load;
  uint32_t *sp;
  for (uint32_t *to = data_start; to < data_end;) *to++ = *from++;
  for (uint32_t *to = bss_start; to < bss_end;) *to++ = 0;
  __asm volatile("mov %0, sp" : "=r"(sp));
  for (volatile uint32_t *to = stack_limit; to < sp - 8;) *to++ = PAINT;
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
  /* CPACR: the floating-point unit, which also holds the vectors of Helium, is off after reset. */
  *(volatile uint32_t *)0xe000ed88 |= UINT32_C(0xf) << 20;
  __asm volatile("dsb\nisb");
#endif
  semihosting_exit((uint32_t)main());
}

uint32_t stack_used(void) {
  const uint32_t *word = stack_limit;
  while (word < stack_top && *word == PAINT) word++;
  return (uint32_t)(stack_top - word) * 4u;
}

__attribute__((naked, used)) void Reset(void) { __asm volatile("ldr r0, =stack_top\nmov sp, r0\nbl start\n"); }

static void Fault(void) {
  semihosting_write("fault 1\n");
  semihosting_exit(99);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (const void *)Reset, (const void *)Fault, (const void *)Fault, (const void *)Fault, (const void *)Fault,
    (const void *)Fault, 0, 0, 0, 0, (const void *)Fault, (const void *)Fault, 0, (const void *)Fault, (const void *)Fault,
};
