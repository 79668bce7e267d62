/* How a RISC-V core calls the debugger ("RISC-V Semihosting", version 0.4): see startup.c. */
#ifndef SEMIHOSTING_CALL_H
#define SEMIHOSTING_CALL_H

#include <stdint.h>

uint32_t semihosting(uint32_t operation, const void *argument);

#endif
