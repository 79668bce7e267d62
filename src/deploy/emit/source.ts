import type { Graph } from '../graph';
import type { MemoryPlan } from '../plan';
import { descriptorOwners } from '../steps';
import { ConstantWriter } from './constants';
import { describeOp } from './describe';
import { commentText, uniqueIdentifiers } from './names';

/** The source of a network: its constants, its steps and the functions of its header. */
export function source(graph: Graph, memory: MemoryPlan, model: string): string {
  const upper = model.toUpperCase();
  const names = uniqueIdentifiers(memory.steps.map((step) => step.op.name)).map((name) => `${name}_op`);
  const writer = new ConstantWriter();
  const owners = descriptorOwners(memory.steps);
  const constants = memory.steps.flatMap((step, i) =>
    owners[i] === i ? [`/* ${describeOp(graph, step.op)} */\n${writer.text(step, names[i])}`] : [],
  );
  const steps = memory.steps.map((step, i) => {
    const [x, second, y] = [step.x, step.x2, step.y].map((id) => memory.offsets[id]);
    const x2 = memory.scratchOffsets[i] ?? second;
    return `  /* ${describeOp(graph, step.op)} */\n  {paretino_${step.kernel}, &${names[owners[i]]}, ${x}, ${x2}, ${y}},`;
  });
  const [input, output] = [memory.offsets[graph.input], memory.offsets[graph.output]];
  const run = graph.boundary === 'uint8' ? 'paretino_run_unsigned' : 'paretino_run';
  return `/* ${commentText(graph.name)}. Generated; do not edit. */
#include "${model}.h"
#include "paretino.h"

#if defined(__GNUC__)
#define PARETINO_ALIGNED __attribute__((aligned(4)))
#else
#define PARETINO_ALIGNED
#endif

#ifdef __cplusplus
extern "C" {
#endif
${memory.kernels.map((kernel) => `paretino_kernel paretino_${kernel};`).join('\n')}
#ifdef __cplusplus
}
#endif

${constants.join('\n\n')}

static const paretino_step steps[${upper}_STEPS] PARETINO_ALIGNED = {
${steps.join('\n')}
};

static int8_t arena[${upper}_ARENA_SIZE] PARETINO_ALIGNED;

static const paretino_network network PARETINO_ALIGNED = {
  steps, arena, ${upper}_STEPS, ${upper}_ARENA_SIZE, ${input}, ${upper}_INPUT_SIZE, ${output}, ${upper}_OUTPUT_SIZE
};

void ${model}_init(void) { paretino_init(&network); }

${model}_value *${model}_input(void) { return (${model}_value *)paretino_input(&network); }

const ${model}_value *${model}_output(void) { return (const ${model}_value *)paretino_output(&network); }

void ${model}_profile(void (*after)(int32_t step)) { ${run}(&network, after); }

void ${model}_run(void) { ${model}_profile(0); }
`;
}
