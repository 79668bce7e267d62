/* Runs every sample of the file "in", writes the results to "out", and reports counts as lines of text. */
#include "{{model}}.h"
#include "semihosting.h"
#include "counter.h"

uint32_t stack_used(void);

static uint32_t last;

/* Read from memory, so that this code is as large for every network and its size can be told before it is compiled. */
static const uint32_t sizes[2] = { {{MODEL}}_INPUT_SIZE, {{MODEL}}_OUTPUT_SIZE};

static inline uint32_t size_of(int32_t end) { return *(const volatile uint32_t *)&sizes[end]; }

/* In hexadecimal: cores without a divider would pull one in for decimal. */
static void report(const char *label, uint32_t value) {
  char text[10];
  for (int32_t i = 0; i < 8; i++) text[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15u];
  text[8] = '\n';
  text[9] = 0;
  semihosting_write(label);
  semihosting_write(text);
}

static void after(int32_t step) {
  const uint32_t now = counter_read();
  (void)step;
  report("step ", counter_elapsed(last, now));
  last = counter_read();
}

int main(void) {
  const uint32_t in = semihosting_open("in", 2, 1), out = semihosting_open("out", 3, 5);
  uint32_t samples = 0;
  if (in == UINT32_MAX || out == UINT32_MAX) return 2;
  counter_start();
  {{model}}_init();
  while (semihosting_transfer(0x06, in, {{model}}_input(), size_of(0)) == 0) {
    const uint32_t began = counter_read();
    {{model}}_run();
    const uint32_t ended = counter_read();
    if (samples++ == 0) report("ticks ", counter_elapsed(began, ended));
    if (semihosting_transfer(0x05, out, {{model}}_output(), size_of(1)) != 0) return 1;
  }
  /* Once more over what the arena holds now, step by step: what the values are changes counts by next to nothing. */
  last = counter_read();
  {{model}}_profile(after);
  report("stack ", stack_used());
  return 0;
}
