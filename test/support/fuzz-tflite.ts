import { createRng, DataError } from '../../src/base';
import { importTflite } from '../../src/deploy';
import { mutated, validFile } from './mutate-tflite';

/** What came of importing damaged files. */
export interface FuzzResult {
  readonly accepted: number;
  readonly refused: number;
  /** Steps of the file's tensors that the accepted graphs hold at most, elements. */
  readonly mostElements: number;
  /** The slowest import, ms of CPU. */
  readonly slowestMs: number;
}

/**
 * Imports damaged files; each must be refused with a DataError or become a graph.
 * @throws whatever else an import throws, with the seed
 */
export function fuzzTflite(first: number, count: number, onFile?: (done: number) => void): FuzzResult {
  const valid = validFile();
  const result = { accepted: 0, refused: 0, mostElements: 0, slowestMs: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const bytes = mutated(valid, createRng(`tflite/${seed}`));
    const before = process.cpuUsage();
    try {
      const graph = importTflite(bytes, 'fuzz.tflite');
      const held = graph.ops.reduce((sum, op) => sum + ('weights' in op ? op.weights.length + op.bias.length : 0), 0);
      if (held > bytes.length * 64) throw new Error(`${held} values of constants out of ${bytes.length} bytes`);
      result.mostElements = Math.max(result.mostElements, held);
      result.accepted++;
    } catch (error) {
      if (!(error instanceof DataError)) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
      result.refused++;
    }
    const { user, system } = process.cpuUsage(before);
    result.slowestMs = Math.max(result.slowestMs, (user + system) / 1000);
    onFile?.(seed - first + 1);
  }
  return result;
}
