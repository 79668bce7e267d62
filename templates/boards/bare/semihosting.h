/* Arm semihosting: files, text and exit by way of a debugger or an emulator. Arm IHI 0203 (Semihosting, release 3). */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <stdint.h>
#include "semihosting_call.h"

/* mode 1: read bytes; 5: write bytes */
static inline uint32_t semihosting_open(const char *name, uint32_t length, uint32_t mode) {
  const uint32_t arguments[3] = {(uint32_t)(uintptr_t)name, mode, length};
  return semihosting(0x01, arguments);
}

/* Bytes that were not read or written. */
static inline uint32_t semihosting_transfer(uint32_t operation, uint32_t file, const void *bytes, uint32_t count) {
  const uint32_t arguments[3] = {file, (uint32_t)(uintptr_t)bytes, count};
  return semihosting(operation, arguments);
}

static inline void semihosting_write(const char *text) { semihosting(0x04, text); }

static inline void semihosting_exit(uint32_t code) {
  /* SYS_EXIT_EXTENDED, ADP_Stopped_ApplicationExit */
  const uint32_t arguments[2] = {0x20026, code};
  semihosting(0x20, arguments);
  for (;;) {
  }
}

#endif
