/* How a RISC-V core calls the debugger ("RISC-V Semihosting", version 0.4): see startup.c. */
#ifndef SEMIHOSTING_CALL_H
#define SEMIHOSTING_CALL_H

#include <stdint.h>

/* Never shortened by the linker: the code is as long wherever the trap lies. */
static inline uint32_t semihosting(uint32_t operation, const void *argument) {
  register uint32_t a0 __asm("a0") = operation;
  register const void *a1 __asm("a1") = argument;
  __asm volatile(".option push\n.option norelax\ncall semihosting_trap\n.option pop" : "+r"(a0) : "r"(a1) : "memory", "ra");
  return a0;
}

#endif
