import { boundarySizes, type Graph } from '../graph';
import type { MemoryPlan } from '../plan';
import { commentText } from './names';

/** Nine significant digits: every float32 comes back as it was. */
function cFloat(value: number): string {
  const text = value.toPrecision(9);
  return `${/[.e]/.test(text) ? text : `${text}.0`}f`;
}

/** The header of a network: what an application includes. */
export function header(graph: Graph, memory: MemoryPlan, model: string): string {
  const upper = model.toUpperCase();
  const sizes = boundarySizes(graph);
  const type = `${graph.boundary}_t`;
  const moved = graph.boundary === 'uint8' ? 128 : 0;
  const [input, output] = [graph.tensors[graph.input], graph.tensors[graph.output]];
  return `/* ${commentText(graph.name)}: the one header that an application includes. Generated; do not edit. */
#ifndef ${upper}_H
#define ${upper}_H

#include <stdint.h>

/* Values of one sample, row-major (height, width, channels). */
#define ${upper}_INPUT_SIZE ${sizes.input}
#define ${upper}_OUTPUT_SIZE ${sizes.output}
/* real = SCALE * (value - ZERO_POINT) */
#define ${upper}_INPUT_SCALE ${cFloat(input.scale)}
#define ${upper}_INPUT_ZERO_POINT ${input.zeroPoint + moved}
#define ${upper}_OUTPUT_SCALE ${cFloat(output.scale)}
#define ${upper}_OUTPUT_ZERO_POINT ${output.zeroPoint + moved}
/* Bytes of static memory for all activations. */
#define ${upper}_ARENA_SIZE ${memory.arenaBytes}
/* Bytes of flash for weights, tables and descriptors; the kernels' code comes on top. */
#define ${upper}_CONSTANTS_SIZE ${memory.constantBytes}
#define ${upper}_STEPS ${memory.steps.length}

typedef ${type} ${model}_value;

#ifdef __cplusplus
extern "C" {
#endif

/* Call once before anything else. */
void ${model}_init(void);
/* Where to write a sample before each run: the run overwrites it. */
${model}_value *${model}_input(void);
/* Computes the output from the input. */
void ${model}_run(void);
/* As ${model}_run, and calls after(i) when step i is done. */
void ${model}_profile(void (*after)(int32_t step));
/* The result, until the next sample is written. */
const ${model}_value *${model}_output(void);

#ifdef __cplusplus
}
#endif
#endif
`;
}
