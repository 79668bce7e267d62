#include "paretino.h"

/* Kernels work on int8: unsigned values have their top bit turned over on the way in and out. */
static void turn_over(int8_t *values, int32_t size) {
  for (int32_t i = 0; i < size; i++) values[i] = (int8_t)(values[i] ^ -128);
}

void paretino_run_unsigned(const paretino_network *network, void (*after)(int32_t step)) {
  turn_over(network->arena + network->input, network->input_size);
  paretino_run(network, after);
  turn_over(network->arena + network->output, network->output_size);
}
