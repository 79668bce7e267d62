/*
 * What larger objects are made of, by the shape of the data: a graph's operations and tensors, weights, plain lists of
 * rows that functions of the toolkit give. Printed as they are they would fill a page with numbers.
 */
import type { QuantizedOperation, QuantizedTensor } from '../compress';
import type { Block, Op, Step, Tensor } from '../deploy';
import { addRenderer, table, titled, type Rich } from '../notebook';
import { facts, grouped, has, is, isMapOf, listOf, times } from './parts';

const isOp = is<Op>({ kind: 'string', name: 'string', inputs: 'array', output: 'number' });
const isTensor = is<Tensor>({ name: 'string', shape: 'array', scale: 'number', zeroPoint: 'number' });
const isStep = is<Step>({ op: 'object', kernel: 'string', descriptor: 'string', fields: 'array' });
const isBlock = is<Block & { readonly offset: number }>({ tensors: 'array', bytes: 'number', from: 'number', to: 'number', offset: 'number' });

const isQuantizedOperation = is<QuantizedOperation>({ kind: 'string', name: 'string', inputs: 'array', output: 'string' });
const isQuantizedTensor = is<QuantizedTensor>({ shape: 'array', scale: 'number', zeroPoint: 'number' });

type Numbers = ArrayLike<number> & { readonly BYTES_PER_ELEMENT: number };
const isNumbers = (value: unknown): value is Numbers => ArrayBuffer.isView(value) && 'length' in value;
const isTensorflow = is<{ readonly shape: readonly number[]; readonly dtype: string }>({ shape: 'array', dtype: 'string' });

const isRoles = (value: unknown): value is Readonly<Record<string, unknown>> => value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype;
/** Weights by layer and role, as arrays or as TensorFlow's tensors. */
const isWeights = isMapOf((value): value is Readonly<Record<string, unknown>> => isRoles(value) && Object.keys(value).length > 0 && Object.values(value).every((one) => isNumbers(one) || isTensorflow(one)));

/** What can be said of many numbers in a row of a table. */
function summary(values: Numbers): Readonly<Record<string, number>> {
  let [least, greatest, sum] = [Infinity, -Infinity, 0];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]);
    greatest = Math.max(greatest, values[i]);
    sum += values[i];
  }
  return values.length === 0 ? { values: 0 } : { values: values.length, least, mean: sum / values.length, greatest };
}

const weightRows = (weights: ReadonlyMap<string, Readonly<Record<string, unknown>>>): object[] =>
  [...weights].flatMap(([layer, roles]) => Object.entries(roles).map(([role, one]) => ({ layer, role, ...(isNumbers(one) ? summary(one) : { shape: times((one as { shape: number[] }).shape) }) })));

/** A field in a few words: long arrays by their number and range. */
function brief(value: unknown): string {
  if (isNumbers(value)) {
    const { values, least, greatest } = summary(value);
    return values <= 8 ? Array.from(value).join(', ') : `${grouped(values)} values, ${least} … ${greatest}`;
  }
  return Array.isArray(value) ? value.join(', ') : String(value);
}

const opView = (op: Op): Rich => titled(`Operation '${op.name}'`, facts(Object.fromEntries(Object.entries(op).map(([name, value]) => [name, value === undefined ? value : brief(value)]))));

const opRows = (ops: readonly Op[]): object[] =>
  ops.map((op, index) => ({ index, op: op.name, kind: op.kind, inputs: op.inputs, output: op.output, 'weights, B': 'weights' in op ? op.weights.length : undefined }));

const blockRows = (blocks: readonly (Block & { readonly offset: number })[]): object[] =>
  blocks.map(({ tensors, offset, bytes, from, to }) => ({ tensors: tensors.length > 0 ? tensors : 'scratch', 'offset, B': offset, bytes, 'first op': from, 'last op': to }));

/** Makes the pieces of graphs, plans and networks show themselves. */
export function registerPieces(): void {
  addRenderer(isMapOf(isNumbers), (map) => table([...map].map(([name, values]) => ({ name, ...summary(values) }))));
  addRenderer(isWeights, (weights) => table(weightRows(weights)));
  addRenderer(listOf(isOp), (ops) => table(opRows(ops)));
  addRenderer(isOp, opView);
  addRenderer(listOf(isTensor), (tensors) => table(tensors.map(({ name, shape, scale, zeroPoint }, index) => ({ index, tensor: name, shape: times(shape), scale, 'zero point': zeroPoint }))));
  addRenderer(listOf(isQuantizedOperation), (operations) => table(operations.map(({ name, kind, inputs, output }) => ({ operation: name, kind, inputs, output }))));
  addRenderer(isMapOf(isQuantizedTensor), (tensors) => table([...tensors].map(([tensor, { shape, scale, zeroPoint }]) => ({ tensor, shape: times(shape), scale, 'zero point': zeroPoint }))));
  addRenderer(listOf(isStep), (steps) => table(steps.map(({ op, kernel, x, x2, y, scratchBytes }) => ({ op: op.name, kernel, inputs: x2 === x ? [x] : [x, x2], output: y, 'scratch, B': scratchBytes }))));
  addRenderer(isStep, ({ op, kernel, scratchBytes }) => titled(`Step '${op.name}'`, facts({ kernel, scratch: scratchBytes && `${grouped(scratchBytes)} B` }), opView(op)));
  addRenderer(listOf(isBlock), (blocks) => table(blockRows(blocks)));
  // Rows that the toolkit's functions give: those of `describe`, `toRows`, `trialRows` and `countLayers`.
  const isRow = (value: unknown): value is object =>
    has(value, { class: 'string', train: 'number', validation: 'number', test: 'number' }) || has(value, { split: 'string', class: 'string' }) ||
    (has(value, { trial: 'number', state: 'string' }) && !has(value, { params: 'object' }));
  addRenderer(listOf(isRow), (rows) => table(rows));
  addRenderer(listOf(is<{ readonly outputShape: readonly number[] }>({ name: 'string', kind: 'string', outputShape: 'array', macs: 'number' })), (rows) =>
    table(rows.map(({ outputShape, ...rest }) => ({ ...rest, output: times(outputShape) })), ['name', 'kind', 'output', 'parameters', 'macs']));
}
