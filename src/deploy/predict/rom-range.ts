/**
 * What flash a network can take whatever its weights turn out to be. Everything in the image follows from the shapes but
 * one thing: which of the kernels that a layer may have it gets (src/deploy/kernels), since faster ones need factors below one
 * half, sums below 2³⁰, filters with little weight. `plan` of a skeleton takes the usual ones; the range here holds for all,
 * but for kernels of a board's own, which count as they are.
 */
import type { Board } from '../boards';
import { wholeWords, type Graph } from '../graph';
import { kernelSetOf, type KernelSet } from '../kernels';
import { foldedKernelOf } from '../kernels/folded';
import { plan, runnersOf } from '../plan';
import { constantBytes, STEP_BYTES, type Step } from '../steps';
import { codeBytes } from './code-sizes';

/** A kernel that a step may have, and B of weights that it wants more than the step as it is. */
interface Choice {
  readonly kernel: string;
  readonly extraBytes: number;
}

const PORTABLE = { conv2d: 'conv2d', depthwiseConv2d: 'depthwise_conv2d', fullyConnected: 'fully_connected' } as const;
const PAIRED = { conv2d: 'conv2d_paired', fullyConnected: 'fully_connected_paired' } as const;

function choicesOf({ op, kernel, fields }: Step, set: KernelSet): Choice[] {
  const now: Choice = { kernel, extraBytes: 0 };
  if (set === 'portable') return [now];
  if (op.kind === 'add') return (['add', 'add_folded'] as const).map((name) => ({ kernel: name, extraBytes: 0 }));
  if (!('weights' in op) || ('encoding' in op && op.encoding === 'sparse')) return [now];
  const held = fields.find((field) => typeof field === 'object' && 'role' in field && field.role === 'weights');
  const [outputs, size] = [op.bias.length, op.weights.length / op.bias.length];
  const has = wholeWords((held as { bytes: number }).bytes);
  const choices: Choice[] = [{ kernel: PORTABLE[op.kind], extraBytes: wholeWords(op.weights.length) - has }];
  const folded = foldedKernelOf(op);
  const rows = wholeWords(outputs * (op.kind === 'depthwiseConv2d' ? size : wholeWords(size))) - has;
  if (folded) choices.push({ kernel: folded, extraBytes: rows });
  const group = op.kind === 'conv2d' ? 2 : 4;
  if (set === 'dsp' && op.kind !== 'depthwiseConv2d' && op.weightZeroPoint === 0 && outputs >= group) {
    choices.push({ kernel: PAIRED[op.kind], extraBytes: rows });
  }
  return choices.some((choice) => choice.kernel === kernel) ? choices : [now];
}

/** B of flash at least and at most, over all weights, scales and zero points that a graph of these shapes may have. */
export function romRange(graph: Graph, board: Board): {
  /** B. */
  least: number;
  /** B. */
  most: number;
} {
  const { steps, constantBytes: constants } = plan(graph, board, { check: false, tries: 0 });
  const set = kernelSetOf(board);
  const runners = runnersOf(graph);
  const choices = steps.map((step) => choicesOf(step, set));
  const codeOf = (kernels: Iterable<string>): number => codeBytes(board, [...new Set([...kernels, ...runners])]).rom;
  // What several steps share is the first one's.
  const counts = constantBytes(steps).map((bytes) => bytes > STEP_BYTES);
  const extra = (pick: (bytes: number[]) => number): number =>
    choices.reduce((sum, of, i) => sum + (counts[i] ? pick(of.map(({ extraBytes }) => extraBytes)) : 0), 0);
  const sizeOf = (kernel: string): number => codeOf([kernel]) - codeOf([]);
  // Layers of a kind may all get its plain kernel, which is named first: so they take at least what the choosiest of them does.
  const kinds = new Map<string, number>();
  for (const of of choices) {
    const least = Math.min(...of.map(({ kernel }) => sizeOf(kernel)));
    kinds.set(of[0].kernel, Math.max(kinds.get(of[0].kernel) ?? 0, least));
  }
  const leastCode = [...kinds.values()].reduce((sum, size) => sum + size, codeOf([]));
  return {
    least: constants + extra((bytes) => Math.min(...bytes)) + leastCode,
    most: constants + extra((bytes) => Math.max(...bytes)) + codeOf(choices.flatMap((of) => of.map(({ kernel }) => kernel))),
  };
}
