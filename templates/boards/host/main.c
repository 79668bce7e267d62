/* Reads samples from the first file, runs each, writes the results to the second. */
#include <stdio.h>
#include "{{model}}.h"

int main(int count, char **arguments) {
  FILE *in = count == 3 ? fopen(arguments[1], "rb") : NULL;
  FILE *out = count == 3 ? fopen(arguments[2], "wb") : NULL;
  if (!in || !out) {
    fputs("usage: <program> inputs outputs\n", stderr);
    return 2;
  }
  {{model}}_init();
  while (fread({{model}}_input(), 1, {{MODEL}}_INPUT_SIZE, in) == {{MODEL}}_INPUT_SIZE) {
    {{model}}_run();
    if (fwrite({{model}}_output(), 1, {{MODEL}}_OUTPUT_SIZE, out) != {{MODEL}}_OUTPUT_SIZE) return 1;
  }
  return fclose(out) == 0 ? 0 : 1;
}
