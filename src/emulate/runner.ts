import type { LongWork } from '../base';
import { boundarySizes, type Graph } from '../deploy';
import type { Firmware } from './build';

/** Values that go into a network or come out, as the graph's boundary has them: int8 or uint8. */
export type Values = Int8Array | Uint8Array;

/** What one step of the network cost. */
export interface StepCost {
  /** The layer's name. */
  readonly name: string;
  /** By its file and function. */
  readonly kernel: string;
  /** Instructions on QEMU, cycles at zero wait states on the RP2040 emulator. */
  readonly cost: number;
}

/** What firmware gave and cost on an emulator or this machine. */
export interface RunReport {
  /** One an input, as the graph's boundary type. */
  readonly outputs: Values[];
  /** Of one inference; undefined where nothing counts them (host). */
  readonly instructions?: number;
  /** Of one inference, at zero wait states: no cache misses, no flash latency. */
  readonly cycles?: number;
  /** Cycles or instructions of each step of the graph, in order. */
  readonly perStep?: readonly StepCost[];
  /** High-water mark of the painted stack, B. */
  readonly stackBytes?: number;
  /** Flash that the linked image takes: code, constants, initial values; B. On this machine the constants alone. */
  readonly romBytes: number;
  /** Static RAM of the image, the arena among it, without the stack; B. On this machine the arena alone. */
  readonly ramBytes: number;
}

/** Runs firmware on inputs. */
export interface Runner {
  /** As a board's `emulation.runner` has it. */
  readonly name: string;
  /** Undefined where it can run here, else what is missing and how to get it. */
  missing(): string | undefined;
  /**
   * One inference for each input, in order.
   * @throws ParetinoError where the program crashes, hangs or answers something else than the protocol; CancelledError
   */
  run(firmware: Firmware, inputs: readonly Values[], work?: LongWork): Promise<RunReport>;
}

/** A sample of zeros: what an inference costs hardly depends on the values. */
export function zeroInput(graph: Graph): Values {
  const { input } = boundarySizes(graph);
  return graph.boundary === 'int8' ? new Int8Array(input) : new Uint8Array(input);
}

/** The samples one after another, as the firmware reads them. */
export function joined(inputs: readonly Values[]): Uint8Array {
  const size = inputs[0]?.length ?? 0;
  const bytes = new Uint8Array(size * inputs.length);
  inputs.forEach((input, i) => bytes.set(new Uint8Array(input.buffer, input.byteOffset, input.length), i * size));
  return bytes;
}

/** The results, cut apart. */
export function separated(bytes: Uint8Array, count: number, boundary: 'int8' | 'uint8'): Values[] {
  const size = bytes.length / count;
  // A Buffer's own slice would be a view.
  const copy = Uint8Array.from(bytes);
  return Array.from({ length: count }, (_, i) => {
    const part = copy.slice(i * size, (i + 1) * size);
    return boundary === 'int8' ? new Int8Array(part.buffer) : part;
  });
}

/** Lines "label value" (hexadecimal) that firmware reports. */
export function reportedValues(text: string): Map<string, number[]> {
  const values = new Map<string, number[]>();
  for (const line of text.split('\n')) {
    const match = /^(\w+) ([0-9a-f]{8})$/.exec(line.trim());
    if (match) values.set(match[1], [...(values.get(match[1]) ?? []), Number.parseInt(match[2], 16)]);
  }
  return values;
}

/** What each step cost, with its layer's name. */
export function stepCosts(firmware: Firmware, costs: readonly number[]): StepCost[] {
  return firmware.memory.steps.map((step, i) => ({ name: step.op.name, kernel: step.kernel, cost: costs[i] }));
}
