/** A graph as calls of CMSIS-NN, one a layer, over offsets planned ahead: its kernels without an interpreter around them. */
import { elements, plan, type Board, type Graph, type MemoryPlan, type Op } from '../../src/deploy';
import { numberRows } from '../../src/deploy/emit/constants';
import type { Firmware } from '../../src/emulate';
import { askPeer, buildPeer, type PeerProgram } from './peer-firmware';

export const CMSIS_HEADER = 'arm_nnfunctions.h';

/** B of the weights, biases and factors that the calls are given. */
export function cmsisConstantBytes(graph: Graph): number {
  return graph.ops.reduce((sum, op) => sum + ('weights' in op ? op.weights.length + 12 * op.bias.length : 0), 0);
}

function array(type: string, name: string, values: ArrayLike<number>): string {
  return `static const ${type} ${name}[${values.length}] __attribute__((aligned(4))) = {\n${numberRows(values)}\n};`;
}

const dims = (n: number, h: number, w: number, c: number): string => `{${[n, h, w, c].join(', ')}}`;

/** What a layer needs: its constants, how many bytes of scratch memory, and the call. */
interface Call {
  readonly constants: readonly string[];
  readonly scratch: string;
  readonly call: string;
}

function callOf(graph: Graph, memory: MemoryPlan, op: Op, i: number): Call {
  const [from, to] = [op.inputs[0], op.output].map((id) => graph.tensors[id]);
  const [x, x2, y] = [op.inputs[0], op.inputs[1] ?? op.inputs[0], op.output].map((id) => `arena + ${memory.offsets[id]}`);
  const none = { constants: [], scratch: '0' };
  const offsets = `${-from.zeroPoint}, ${to.zeroPoint}`;
  const weighted = 'weights' in op
    ? [
        array('int8_t', `weights_${i}`, op.weights), array('int32_t', `bias_${i}`, op.bias),
        array('int32_t', `multipliers_${i}`, op.multipliers), array('int32_t', `shifts_${i}`, op.shifts),
      ]
    : [];
  const fixed = (name: string, type: string, value: string): string => `static const ${type} ${name}_${i} = ${value};`;
  const input = fixed('input', 'cmsis_nn_dims', dims(1, ...from.shape));
  const output = fixed('output', 'cmsis_nn_dims', dims(1, ...to.shape));
  const factors = `(int32_t *)multipliers_${i}, (int32_t *)shifts_${i}`;
  switch (op.kind) {
    case 'conv2d':
    case 'depthwiseConv2d': {
      const isDepthwise = op.kind === 'depthwiseConv2d';
      const window = `{${op.strides[1]}, ${op.strides[0]}}, {${op.padding[2]}, ${op.padding[0]}}, {1, 1}, {${op.min}, ${op.max}}`;
      const settings = isDepthwise ? `{${offsets}, ${op.depthMultiplier}, ${window}}` : `{${offsets}, ${window}}`;
      const filter = isDepthwise ? dims(1, ...op.kernel, to.shape[2]) : dims(to.shape[2], ...op.kernel, from.shape[2]);
      const name = isDepthwise ? 'arm_depthwise_conv_wrapper_s8' : 'arm_convolve_wrapper_s8';
      return {
        constants: [
          ...weighted, input, output, fixed('filter', 'cmsis_nn_dims', filter), fixed('biases', 'cmsis_nn_dims', dims(1, 1, 1, to.shape[2])),
          fixed('settings', isDepthwise ? 'cmsis_nn_dw_conv_params' : 'cmsis_nn_conv_params', settings),
          fixed('factors', 'cmsis_nn_per_channel_quant_params', `{${factors}}`),
        ],
        scratch: `${name}_get_buffer_size(&settings_${i}, &input_${i}, &filter_${i}, &output_${i})`,
        call: `${name}(&context, &settings_${i}, &factors_${i}, &input_${i}, ${x}, &filter_${i}, weights_${i}, &biases_${i}, bias_${i}, &output_${i}, ${y})`,
      };
    }
    case 'fullyConnected': {
      const [inputs, units] = [elements(from.shape), elements(to.shape)];
      const isUniform = [op.multipliers, op.shifts].every((values) => values.every((value) => value === values[0]));
      return {
        constants: [
          ...weighted, fixed('input', 'cmsis_nn_dims', dims(1, 1, 1, inputs)), fixed('output', 'cmsis_nn_dims', dims(1, 1, 1, units)),
          fixed('filter', 'cmsis_nn_dims', dims(inputs, 1, 1, units)), fixed('biases', 'cmsis_nn_dims', dims(1, 1, 1, units)),
          fixed('settings', 'cmsis_nn_fc_params', `{${-from.zeroPoint}, ${-op.weightZeroPoint}, ${to.zeroPoint}, {${op.min}, ${op.max}}}`),
          fixed('factors', 'cmsis_nn_quant_params', `{${factors}, ${isUniform ? 0 : 1}}`),
        ],
        scratch: `arm_fully_connected_s8_get_buffer_size(&filter_${i})`,
        call: `arm_fully_connected_wrapper_s8(&context, &settings_${i}, &factors_${i}, &input_${i}, ${x}, &filter_${i}, weights_${i}, &biases_${i}, bias_${i}, &output_${i}, ${y})`,
      };
    }
    case 'averagePool':
    case 'maxPool': {
      const isAverage = op.kind === 'averagePool';
      const window = `{${op.strides[1]}, ${op.strides[0]}}, {${op.padding[2]}, ${op.padding[0]}}, {${op.min}, ${op.max}}`;
      return {
        constants: [input, output, fixed('filter', 'cmsis_nn_dims', dims(1, ...op.kernel, 1)), fixed('settings', 'cmsis_nn_pool_params', `{${window}}`)],
        scratch: isAverage ? `arm_avgpool_s8_get_buffer_size(${to.shape[1]}, ${from.shape[2]})` : '0',
        call: `${isAverage ? 'arm_avgpool_s8' : 'arm_max_pool_s8'}(&context, &settings_${i}, &input_${i}, ${x}, &filter_${i}, &output_${i}, ${y})`,
      };
    }
    case 'add': {
      const operand = (k: number): string => `${-graph.tensors[op.inputs[k]].zeroPoint}, ${op.multipliers[k]}, ${op.shifts[k]}`;
      const result = `${to.zeroPoint}, ${op.multipliers[2]}, ${op.shifts[2]}, ${op.min}, ${op.max}, ${elements(to.shape)}`;
      if (elements(graph.tensors[op.inputs[1]].shape) !== elements(to.shape)) throw new Error(`${op.name}: CMSIS-NN's addition does not broadcast`);
      return { ...none, call: `arm_elementwise_add_s8(${x}, ${x2}, ${operand(0)}, ${operand(1)}, ${op.leftShift}, ${y}, ${result})` };
    }
    case 'softmax': {
      const rows = `${from.shape[0] * from.shape[1]}, ${from.shape[2]}, ${op.multiplier}, ${op.leftShift}, ${op.diffMin}`;
      return { ...none, call: `(arm_softmax_s8(${x}, ${rows}, ${y}), ARM_CMSIS_NN_SUCCESS)` };
    }
    case 'reshape':
      return { ...none, call: `(memmove(${y}, ${x}, ${elements(to.shape)}), ARM_CMSIS_NN_SUCCESS)` };
    default:
      throw new Error(`${op.name}: no call of CMSIS-NN here for ${op.kind}`);
  }
}

interface Wanted {
  /** The network's output, a checksum of every layer's (FNV-1a of 32 bits), or the scratch memory that the calls ask for. */
  readonly gives: 'output' | 'checksums' | 'scratch';
  readonly scratchBytes: number;
}

/** @param memory offsets of the tensors, by a plan for the portable kernels */
function cmsisProgram(graph: Graph, memory: MemoryPlan, { gives, scratchBytes }: Wanted): PeerProgram {
  const calls = graph.ops.map((op, i) => callOf(graph, memory, op, i));
  const run = graph.ops.map((_, i) => `  check(${calls[i].call});\n  if (after) after(${i});`);
  const sizes = graph.ops.map((op) => elements(graph.tensors[op.output].shape));
  const checksums = graph.ops.map((op, i) => `  if (step == ${i}) checksum(step, arena + ${memory.offsets[op.output]}, ${sizes[i]});`);
  const bodies = {
    output: { result: `arena + ${memory.offsets[graph.output]}`, run: '  all(0);' },
    checksums: { result: '(const int8_t *)checksums', run: '  all(keep);' },
    scratch: { result: '(const int8_t *)&most', run: calls.map(({ scratch }) => `  need(${scratch});`).join('\n') },
  };
  return {
    language: 'c',
    source: (model) => `#include <string.h>
#include "${model}.h"
#include "arm_nnfunctions.h"
#include "semihosting.h"

static int8_t arena[${memory.arenaBytes}] __attribute__((aligned(4)));
static int8_t scratch[${Math.max(4, scratchBytes)}] __attribute__((aligned(4)));
static const cmsis_nn_context context = {scratch, ${scratchBytes}};
int32_t most;
uint32_t checksums[${graph.ops.length}];

${calls.flatMap(({ constants }) => constants).join('\n')}

void need(int32_t bytes);
void need(int32_t bytes) {
  if (bytes > most) most = bytes;
}

static void check(arm_cmsis_nn_status status) {
  if (status != ARM_CMSIS_NN_SUCCESS) semihosting_exit(4);
}

void checksum(int32_t step, const int8_t *values, int32_t size);
void checksum(int32_t step, const int8_t *values, int32_t size) {
  uint32_t hash = 2166136261u;
  for (int32_t i = 0; i < size; i++) hash = (hash ^ (uint8_t)values[i]) * 16777619u;
  checksums[step] = hash;
}

void keep(int32_t step);
void keep(int32_t step) {
${checksums.join('\n')}
}

void all(void (*after)(int32_t step));
void all(void (*after)(int32_t step)) {
${run.join('\n')}
}

void ${model}_init(void) {}
int8_t *${model}_input(void) { return arena + ${gives === 'scratch' ? 0 : memory.offsets[graph.input]}; }
const int8_t *${model}_output(void) { return ${bodies[gives].result}; }
void ${model}_run(void) {
${bodies[gives].run}
}
void ${model}_profile(void (*after)(int32_t step)) { ${gives === 'output' ? 'all(after)' : 'after(0)'}; }
`,
  };
}

/** The checksum that the program gives, of values here. */
export function checksumOf(values: Int8Array): number {
  let hash = 2166136261;
  for (const value of values) hash = Math.imul(hash ^ (value & 255), 16777619);
  return hash >>> 0;
}

/** Builds the calls, with as much scratch memory as they ask for. */
export async function buildCmsis(
  graph: Graph,
  board: Board,
  peers: string,
  folder: string,
  gives: 'output' | 'checksums' = 'output',
): Promise<Firmware> {
  const memory = plan(graph, { ...board, kernels: 'portable' }, { check: false });
  const scratchBytes = await askPeer(cmsisProgram(graph, memory, { gives: 'scratch', scratchBytes: 0 }), board, peers, folder);
  const program = cmsisProgram(graph, memory, { gives, scratchBytes });
  if (gives === 'output') return buildPeer(program, graph, board, peers, folder);
  const last: Graph['tensors'][number] = { ...graph.tensors[graph.output], shape: [1, graph.ops.length, 4] };
  const tensors = graph.tensors.map((tensor, id) => (id === graph.output ? last : tensor));
  return buildPeer(program, { ...graph, tensors }, board, peers, folder);
}
