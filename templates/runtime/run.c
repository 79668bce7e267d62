#include "paretino.h"

void paretino_run(const paretino_step *steps, int32_t count, int8_t *arena, void (*after)(int32_t step)) {
  for (int32_t i = 0; i < count; i++) {
    const paretino_step *step = &steps[i];
    step->kernel(step->op, arena + step->x, arena + step->x2, arena + step->y);
    if (after) after(i);
  }
}
