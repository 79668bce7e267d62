#include "paretino.h"

void paretino_init(const paretino_network *network) {
  for (int32_t i = 0; i < network->arena_size; i++) network->arena[i] = 0;
}

int8_t *paretino_input(const paretino_network *network) { return network->arena + network->input; }

const int8_t *paretino_output(const paretino_network *network) { return network->arena + network->output; }

void paretino_run(const paretino_network *network, void (*after)(int32_t step)) {
  int8_t *const arena = network->arena;
  for (int32_t i = 0; i < network->count; i++) {
    const paretino_step *step = &network->steps[i];
    step->kernel(step->op, arena + step->x, arena + step->x2, arena + step->y);
    if (after) after(i);
  }
}
