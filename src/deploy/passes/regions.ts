/** Which part of its inputs an op needs for a part of its output, and what the op is on those parts. */
import type { Op, Pads, Shape } from '../graph';

/** A part of a picture. */
export interface Region {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

type Span = readonly [start: number, size: number];

/** What an op on a part of its output reads. */
export interface Local {
  /** The part of every input that it needs: the same of each. */
  readonly region: Region;
  /** The padding that is left to it there, for ops that pad. */
  readonly padding?: Pads;
}

/** Values [start, start + size) of an axis of `length` that are there, and how many before and after are not. */
function clipped([start, size]: Span, length: number): { span: Span; before: number; after: number } {
  const [from, to] = [Math.max(0, start), Math.min(length, start + size)];
  return { span: [from, to - from], before: from - start, after: start + size - to };
}

/**
 * What `op` reads for a part of its output; undefined for ops that mix positions in another way (mean, fully connected,
 * reshape), that broadcast, or where the part would consist of padding alone.
 *
 * @param inputs shapes of the op's inputs
 */
export function localOf(op: Op, inputs: readonly Shape[], output: Shape, part: Region): Local | undefined {
  const rows: Span = [part.top, part.height];
  const columns: Span = [part.left, part.width];
  switch (op.kind) {
    case 'lookup':
    case 'softmax':
    case 'add':
    case 'mul':
    case 'concat':
      return inputs.every((shape) => shape[0] === output[0] && shape[1] === output[1]) ? { region: part } : undefined;
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'averagePool':
    case 'maxPool':
    case 'pad': {
      const window = (axis: 0 | 1, [start, size]: Span): Span => {
        const before = op.padding[2 * axis];
        if (op.kind === 'pad') return [start - before, size];
        const stride = op.strides[axis];
        return [start * stride - before, (size - 1) * stride + op.kernel[axis]];
      };
      const [vertical, horizontal] = [clipped(window(0, rows), inputs[0][0]), clipped(window(1, columns), inputs[0][1])];
      if (vertical.span[1] < 1 || horizontal.span[1] < 1) return undefined;
      return {
        region: { top: vertical.span[0], left: horizontal.span[0], height: vertical.span[1], width: horizontal.span[1] },
        padding: [vertical.before, vertical.after, horizontal.before, horizontal.after],
      };
    }
    default:
      return undefined;
  }
}

/** The least region that holds both. */
export function union(a: Region | undefined, b: Region): Region {
  if (!a) return b;
  const [top, left] = [Math.min(a.top, b.top), Math.min(a.left, b.left)];
  return {
    top,
    left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
  };
}

export function equal(a: Region, b: Region): boolean {
  return a.top === b.top && a.left === b.left && a.height === b.height && a.width === b.width;
}
