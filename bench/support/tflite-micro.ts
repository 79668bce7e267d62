/** A .tflite file run by TensorFlow Lite Micro's interpreter, with the operators that the file has. */
import { parseTflite } from '../../src/deploy/tflite/parse';
import { Operator, operatorName } from '../../src/deploy/tflite/schema';
import { numberRows } from '../../src/deploy/emit/constants';
import type { Board, Graph } from '../../src/deploy';
import type { Firmware } from '../../src/emulate';
import { askPeer, buildPeer, type PeerProgram } from './peer-firmware';

export const TFLM_HEADER = 'tensorflow/lite/micro/micro_interpreter.h';

/** Name of the resolver's method by operator. */
const METHODS: Readonly<Record<number, string>> = {
  [Operator.add]: 'AddAdd',
  [Operator.averagePool2d]: 'AddAveragePool2D',
  [Operator.concatenation]: 'AddConcatenation',
  [Operator.conv2d]: 'AddConv2D',
  [Operator.depthwiseConv2d]: 'AddDepthwiseConv2D',
  [Operator.fullyConnected]: 'AddFullyConnected',
  [Operator.hardSwish]: 'AddHardSwish',
  [Operator.logistic]: 'AddLogistic',
  [Operator.maxPool2d]: 'AddMaxPool2D',
  [Operator.mean]: 'AddMean',
  [Operator.mul]: 'AddMul',
  [Operator.pad]: 'AddPad',
  [Operator.quantize]: 'AddQuantize',
  [Operator.relu]: 'AddRelu',
  [Operator.relu6]: 'AddRelu6',
  [Operator.reshape]: 'AddReshape',
  [Operator.softmax]: 'AddSoftmax',
  [Operator.tanh]: 'AddTanh',
};

interface Wanted {
  /** The network's output, or how many bytes of its arena the interpreter uses. */
  readonly gives: 'output' | 'arena';
  readonly arenaBytes: number;
}

function tflmProgram(file: Uint8Array, { gives, arenaBytes }: Wanted): PeerProgram {
  const codes = [...new Set(parseTflite(file).operators.map(({ code }) => code))];
  const methods = codes.map((code) => {
    if (!METHODS[code]) throw new Error(`no method of the resolver is known here for ${operatorName(code)}`);
    return `  check(resolver.${METHODS[code]}());`;
  });
  const output = gives === 'output' ? 'interpreter->output(0)->data.int8' : '(const int8_t *)&used';
  return {
    language: 'c++',
    source: (model) => `#include <new>
#include "${model}.h"
#include "semihosting.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_mutable_op_resolver.h"

typedef tflite::MicroMutableOpResolver<${codes.length}> Resolver;

alignas(16) static const unsigned char file[${file.length}] = {
${numberRows(file)}
};
alignas(16) static uint8_t arena[${arenaBytes}];
alignas(16) static unsigned char resolver_memory[sizeof(Resolver)];
alignas(16) static unsigned char interpreter_memory[sizeof(tflite::MicroInterpreter)];
static tflite::MicroInterpreter *interpreter;
static int32_t used;

static void check(TfLiteStatus status) {
  if (status != kTfLiteOk) semihosting_exit(4);
}

// Nothing is ever deleted: these spare the image the allocator of the C library.
void operator delete(void *) noexcept {}
void operator delete(void *, size_t) noexcept {}
extern "C" void __cxa_pure_virtual() { semihosting_exit(5); }
extern "C" void abort() { semihosting_exit(6); for (;;) { } }
extern "C" int __aeabi_atexit(void *, void (*)(void *), void *) { return 0; }
extern "C" void *__dso_handle;
void *__dso_handle;

void ${model}_init(void) {
  Resolver &resolver = *new (resolver_memory) Resolver();
${methods.join('\n')}
  interpreter = new (interpreter_memory) tflite::MicroInterpreter(tflite::GetModel(file), resolver, arena, sizeof arena);
  check(interpreter->AllocateTensors());
  used = (int32_t)interpreter->arena_used_bytes();
}
int8_t *${model}_input(void) { return interpreter->input(0)->data.int8; }
const int8_t *${model}_output(void) { return ${output}; }
void ${model}_run(void) { ${gives === 'output' ? 'check(interpreter->Invoke());' : ''} }
void ${model}_profile(void (*after)(int32_t step)) {
  check(interpreter->Invoke());
  after(0);
}
`,
  };
}

/** Arena that the interpreter is given to say how much of it it uses, B. */
const ROOMY_ARENA = 200 * 1024;

/**
 * Builds the interpreter around a file, with the smallest arena in which it sets itself up: what it uses, which is
 * `arenaBytes`, and a little for setting up.
 */
export async function buildTflm(file: Uint8Array, graph: Graph, board: Board, peers: string, folder: string): Promise<Firmware & { arenaBytes: number }> {
  const used = (arenaBytes: number): Promise<number> => askPeer(tflmProgram(file, { gives: 'arena', arenaBytes }), board, peers, folder);
  const arenaBytes = await used(ROOMY_ARENA);
  let given = Math.ceil(arenaBytes / 16) * 16;
  while (given < ROOMY_ARENA && !(await used(given).then(() => true, () => false))) given += 512;
  return { ...(await buildPeer(tflmProgram(file, { gives: 'output', arenaBytes: given }), graph, board, peers, folder)), arenaBytes };
}
