import { parse } from 'node:path';
import type { Board } from '../boards';
import type { Graph } from '../graph';
import { kernelSetOf } from '../kernels';
import type { MemoryPlan } from '../plan';
import { emit, modelName, runtimeFiles } from './index';

/** The sketch itself: samples come in over the serial port, results go out. */
function sketch(model: string): string {
  const upper = model.toUpperCase();
  return `// Reads samples of ${upper}_INPUT_SIZE bytes from the serial port, answers each with the network's output.
#include "${model}.h"

void setup() {
  Serial.begin(115200);
  ${model}_init();
}

void loop() {
  static size_t received = 0;
  uint8_t *input = (uint8_t *)${model}_input();
  while (Serial.available() > 0 && received < ${upper}_INPUT_SIZE) input[received++] = (uint8_t)Serial.read();
  if (received < ${upper}_INPUT_SIZE) return;
  received = 0;
  ${model}_run();
  Serial.write((const uint8_t *)${model}_output(), ${upper}_OUTPUT_SIZE);
}
`;
}

/**
 * A sketch folder that arduino-cli and the Arduino IDE open: the network's C as `emit` gives it, without start-up code
 * and linker script, which the board's own core brings along.
 *
 * @returns text by path; all in one folder named like the sketch, as Arduino wants it
 */
export function emitArduino(graph: Graph, memory: MemoryPlan, board: Board): Map<string, string> {
  const model = modelName(graph, board);
  const runtime = runtimeFiles(kernelSetOf(board));
  const own = new Set(board.ownKernels?.map(({ name }) => `${name}.c`));
  const files = [...emit(graph, memory, board)].filter(([name]) => runtime.has(name) || own.has(name) || parse(name).name === model);
  return new Map([
    [`${model}/${model}.ino`, sketch(model)],
    ...files.map(([name, text]) => [`${model}/${name}`, text] as const),
  ]);
}
