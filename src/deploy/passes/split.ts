/**
 * Patch-wise execution (MCUNetV2: Lin et al. 2021, section 3.1). The first layers of a convolutional network hold the
 * largest tensors; here they are done for one part of the picture after another, so that only a part of each of those
 * tensors is in memory at a time. Neighbouring parts need the same values around their border, which are computed anew
 * for each: memory is paid for with multiply-accumulates.
 *
 * The result is a graph like any other, with `crop` and `paste` around every layer's parts, so that interpreter, plan
 * and emitted code need to know nothing of it. Padding stays only where a part touches the picture's border: the values
 * are those of the graph that came in, bit for bit.
 */
import { ArgumentError, check } from '../../base';
import { macsOf, type Graph, type Op, type Shape, type Tensor, type TensorId } from '../graph';
import { compacted } from './compact';
import { equal, localOf, union, type Local, type Region } from './regions';

/** Parts down and across. */
export type Grid = readonly [rows: number, columns: number];

function regionOf(shape: Shape): Region {
  return { top: 0, left: 0, height: shape[0], width: shape[1] };
}

interface Part {
  /** Row and column of the grid. */
  readonly at: readonly [number, number];
  readonly region: Region;
}

/** The parts of a picture; the last row and column may be smaller, and fewer than asked for may be enough. */
function partsOf([height, width]: Shape, [rows, columns]: Grid): Part[] {
  const [tall, wide] = [Math.ceil(height / rows), Math.ceil(width / columns)];
  const parts: Part[] = [];
  for (let top = 0, row = 0; top < height; top += tall, row++) {
    for (let left = 0, column = 0; left < width; left += wide, column++) {
      const region = { top, left, height: Math.min(tall, height - top), width: Math.min(wide, width - left) };
      parts.push({ at: [row, column], region });
    }
  }
  return parts;
}

/**
 * The ops after which a split can end: everything up to there works on neighbourhoods, and what comes after reads nothing
 * of it but this op's output. Indices, in order.
 */
export function splitPoints(graph: Graph): number[] {
  const points: number[] = [];
  const last = new Map<TensorId, number>();
  graph.ops.forEach((op, i) => op.inputs.forEach((id) => last.set(id, i)));
  last.set(graph.output, graph.ops.length);
  for (const [i, op] of graph.ops.entries()) {
    const [inputs, output] = [op.inputs.map((id) => graph.tensors[id].shape), graph.tensors[op.output].shape];
    if (!localOf(op, inputs, output, regionOf(output))) break;
    if (output[0] * output[1] < 2) continue;
    const isRead = (id: TensorId): boolean => (last.get(id) ?? -1) > i;
    if (!graph.ops.slice(0, i).some((earlier) => isRead(earlier.output)) && !isRead(graph.input)) points.push(i);
  }
  return points;
}

/** What each op of the stage reads for one part of its output, from the last op backwards. */
function needsOf(graph: Graph, stage: readonly Op[], part: Region): { needed: Map<TensorId, Region>; locals: (Local | undefined)[] } | undefined {
  const needed = new Map<TensorId, Region>([[stage[stage.length - 1].output, part]]);
  const locals = new Array<Local | undefined>(stage.length);
  for (let i = stage.length - 1; i >= 0; i--) {
    const op = stage[i];
    const region = needed.get(op.output);
    // Nobody reads it.
    if (!region) continue;
    const local = localOf(op, op.inputs.map((id) => graph.tensors[id].shape), graph.tensors[op.output].shape, region);
    if (!local) return undefined;
    locals[i] = local;
    for (const id of op.inputs) needed.set(id, union(needed.get(id), local.region));
  }
  return { needed, locals };
}

/** What a split would cost, without making it. */
export interface SplitEstimate {
  /** Multiply-accumulates of the whole network, those done anew included. */
  readonly macs: number;
  /** The split layers with the largest part only, three times: beside the second one, input and output are there too. */
  readonly largest: Graph;
}

/** What the split would cost; undefined where a part would see nothing but padding. */
export function estimateSplit(graph: Graph, until: number, grid: Grid): SplitEstimate | undefined {
  const stage = graph.ops.slice(0, until + 1);
  const parts = partsOf(graph.tensors[stage[until].output].shape, grid);
  const areaOf = ({ height, width }: Region): number => height * width;
  let [macs, most, largest] = [0, -1, 0];
  for (const [index, { region }] of parts.entries()) {
    const needed = needsOf(graph, stage, region)?.needed;
    if (!needed) return undefined;
    let area = 0;
    for (const op of stage) {
      const own = needed.get(op.output);
      if (!own) continue;
      const [height, width, channels] = graph.tensors[op.output].shape;
      area += areaOf(own) * channels;
      macs += (macsOf(graph, op) / (height * width)) * areaOf(own);
    }
    if (area > most) [most, largest] = [area, index];
  }
  for (const op of graph.ops.slice(until + 1)) macs += macsOf(graph, op);
  const thrice = parts.slice(0, 3).map(() => parts[largest]);
  const alone: Graph = { ...graph, ops: stage, output: stage[until].output };
  return { macs, largest: splitGraph(alone, until, grid, thrice) };
}

/**
 * A graph that computes its first layers part by part.
 *
 * @param until index of the last op that is split: one of `splitPoints(graph)`
 * @param grid parts of that op's output, down and across
 * @throws ArgumentError for another op, or where a part would see nothing but padding
 */
export function splitIntoPatches(graph: Graph, until: number, grid: Grid): Graph {
  const points = splitPoints(graph);
  check(points.includes(until), 'until', until, `one of ${points.join(', ') || 'none: no layer of this graph can be split'}`);
  for (const parts of grid) check(Number.isInteger(parts) && parts >= 1, 'grid', grid, 'two whole numbers of at least 1');
  const parts = partsOf(graph.tensors[graph.ops[until].output].shape, grid);
  return parts.length === 1 ? graph : splitGraph(graph, until, grid, parts);
}

function splitGraph(graph: Graph, until: number, grid: Grid, parts: readonly Part[]): Graph {
  const stage = graph.ops.slice(0, until + 1);
  const end = stage[until];
  const tensors: Tensor[] = [...graph.tensors];
  const ops: Op[] = [];
  const tensorLike = (id: TensorId, { height, width }: Region): TensorId =>
    tensors.push({ ...graph.tensors[id], shape: [height, width, graph.tensors[id].shape[2]] }) - 1;
  let picture: TensorId | undefined;
  parts.forEach(({ at, region }, index) => {
    const needs = needsOf(graph, stage, region);
    if (!needs) throw new ArgumentError('grid', grid, `fewer parts: patch ${at.join(', ')} of ${end.name} sees padding alone`);
    /** What there is of each tensor: whole input, parts of the others. */
    const made = new Map<TensorId, { id: TensorId; region: Region }>();
    made.set(graph.input, { id: graph.input, region: regionOf(graph.tensors[graph.input].shape) });
    const crops = new Map<string, TensorId>();
    const part = (id: TensorId, wanted: Region): TensorId => {
      const has = made.get(id) as { id: TensorId; region: Region };
      if (equal(has.region, wanted)) return has.id;
      const key = [id, wanted.top, wanted.left, wanted.height, wanted.width].join();
      const known = crops.get(key);
      if (known !== undefined) return known;
      const output = tensorLike(id, wanted);
      const [top, left] = [wanted.top - has.region.top, wanted.left - has.region.left];
      ops.push({ kind: 'crop', name: graph.tensors[id].name, inputs: [has.id], output, top, left, patch: at });
      crops.set(key, output);
      return output;
    };
    stage.forEach((op, i) => {
      const local = needs.locals[i];
      if (!local) return;
      const own = needs.needed.get(op.output) as Region;
      const { region: reads, padding } = local;
      const inputs = op.inputs.map((id) => part(id, reads));
      if (op.kind === 'pad' && padding?.every((pad) => pad === 0)) {
        made.set(op.output, { id: inputs[0], region: own });
        return;
      }
      const output = tensorLike(op.output, own);
      ops.push({ ...op, inputs, output, patch: at, ...(padding && { padding }) } as Op);
      made.set(op.output, { id: output, region: own });
    });
    const before = picture;
    picture = index === parts.length - 1 ? end.output : tensorLike(end.output, regionOf(graph.tensors[end.output].shape));
    const from = (made.get(end.output) as { id: TensorId }).id;
    ops.push({
      kind: 'paste', name: end.name, inputs: before === undefined ? [from] : [from, before], output: picture,
      top: region.top, left: region.left, patch: at,
    });
  });
  return compacted({ ...graph, tensors, ops: [...ops, ...graph.ops.slice(until + 1)] });
}

