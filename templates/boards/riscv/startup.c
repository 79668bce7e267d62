/* Start-up for a RISC-V core in machine mode: traps are caught, memory is set up, the stack is painted, main is called. */
#include <stdint.h>
#include "semihosting.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_limit[], stack_top[];
int main(void);

/*
 * Operation in a0, arguments in a1, and a breakpoint between two instructions that do nothing; none of the three may be
 * compressed, and all must lie in one page.
 */
__asm(
    ".section .vectors.semihosting, \"ax\"\n.balign 16\n.globl semihosting_trap\nsemihosting_trap:\n"
    ".option push\n.option norvc\nslli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\n.option pop\nret\n.text\n");

#define PAINT UINT32_C(0xdeadbeef)

__attribute__((used)) static void start(void) {
  uint32_t *from = data_load;
  uint32_t *sp;
  for (uint32_t *to = data_start; to < data_end;) *to++ = *from++;
  for (uint32_t *to = bss_start; to < bss_end;) *to++ = 0;
  __asm volatile("mv %0, sp" : "=r"(sp));
  for (volatile uint32_t *to = stack_limit; to < sp - 8;) *to++ = PAINT;
  semihosting_exit((uint32_t)main());
}

uint32_t stack_used(void) {
  const uint32_t *word = stack_limit;
  while (word < stack_top && *word == PAINT) word++;
  return (uint32_t)(stack_top - word) * 4u;
}

__attribute__((used, aligned(4))) static void Fault(void) {
  semihosting_write("fault 1\n");
  semihosting_exit(99);
}

__attribute__((naked, used, section(".vectors"))) void Reset(void) {
  __asm volatile("la sp, stack_top\nla t0, Fault\ncsrw mtvec, t0\nj start\n");
}
