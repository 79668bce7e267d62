/** What each operator of the format becomes. Places of options are those of its table in the schema. */
import { addFactors, denseFactor, requantization, softmaxFactors } from '../../build-op';
import { functionTable } from '../../functions';
import { elements, type LookupFunction, type Op, type TensorId } from '../../graph';
import { Operator } from '../schema';
import type { OperatorReader } from './operator-reader';
import { castToIndex, gather, givesIntegers, moveIndex } from './table';
import { kernelShape, weightsOf, windowOf } from './weighted';

/** The ops that an operator stands for; none where it only prepares another one. */
type Translation = (operator: OperatorReader) => Op[];

/** The activations that an operator of one input works on. */
function operands(operator: OperatorReader): { input: TensorId; output: TensorId; base: { name: string; inputs: TensorId[]; output: TensorId } } {
  const [input, output] = [operator.input(0), operator.output()];
  return { input, output, base: { name: operator.name, inputs: [input], output } };
}

function refuseDilation(operator: OperatorReader, slots: readonly number[]): void {
  if (slots.some((slot) => operator.int(slot, 1) !== 1)) operator.fail('dilation is not supported');
}

const conv2d: Translation = (operator) => {
  const { input, output, base } = operands(operator);
  const from = operator.tensor(input).shape;
  const [channels, height, width, inChannels] = kernelShape(operator);
  if (inChannels !== from[2]) operator.fail(`a kernel of ${inChannels} input channels on ${from[2]}`);
  refuseDilation(operator, [4, 5]);
  const { window, outHeight, outWidth } = windowOf(operator, from, [height, width]);
  operator.expectShape(output, [outHeight, outWidth, channels]);
  const weights = weightsOf(operator, [input, output], { axis: 0, count: channels * height * width * inChannels, channels });
  return [{ kind: 'conv2d', ...base, ...window, ...weights, ...operator.activationRange(3, output) }];
};

const depthwiseConv2d: Translation = (operator) => {
  const { input, output, base } = operands(operator);
  const from = operator.tensor(input).shape;
  const [one, height, width, channels] = kernelShape(operator);
  if (one !== 1 || channels % from[2] !== 0) operator.fail(`a kernel of ${channels} channels on ${from[2]}`);
  refuseDilation(operator, [5, 6]);
  const { window, outHeight, outWidth } = windowOf(operator, from, [height, width]);
  operator.expectShape(output, [outHeight, outWidth, channels]);
  const weights = weightsOf(operator, [input, output], { axis: 3, count: height * width * channels, channels });
  const depthMultiplier = channels / from[2];
  return [{ kind: 'depthwiseConv2d', ...base, depthMultiplier, ...window, ...weights, ...operator.activationRange(4, output) }];
};

const fullyConnected: Translation = (operator) => {
  const { input, output, base } = operands(operator);
  const [size, units] = [input, output].map((id) => elements(operator.tensor(id).shape));
  if (operator.byte(1) !== 0) operator.fail('shuffled weights are not supported');
  const weights = weightsOf(operator, [input, output], { axis: 0, count: units * size, channels: units, factorOf: denseFactor });
  return [{ kind: 'fullyConnected', ...base, ...weights, ...operator.activationRange(0, output) }];
};

const pool2d = (kind: 'averagePool' | 'maxPool'): Translation => (operator) => {
  const { input, output, base } = operands(operator);
  const from = operator.tensor(input).shape;
  const { window, outHeight, outWidth } = windowOf(operator, from, [operator.int(4), operator.int(3)]);
  operator.expectShape(output, [outHeight, outWidth, from[2]]);
  operator.expectSameScale(input, output);
  return [{ kind, ...base, ...window, ...operator.activationRange(5, output) }];
};

/** ADD and MUL: the two operands, one as large as the result, the other as large or one value a channel. */
const elementwise = (kind: 'add' | 'mul'): Translation => (operator) => {
  if (kind === 'add' && givesIntegers(operator)) return moveIndex(operator);
  const [first, second, output] = [operator.input(0), operator.input(1), operator.output()];
  const size = (id: TensorId): number => elements(operator.tensor(id).shape);
  // Kernels read the second operand again and again where it is smaller.
  const inputs = size(first) < size(second) ? [second, first] : [first, second];
  const [a, b, to] = [...inputs, output].map((id) => operator.tensor(id));
  if (elements(a.shape) !== elements(to.shape)) operator.fail('operands smaller than their result');
  for (const { shape } of [a, b]) {
    const isSame = shape.every((length, axis) => length === to.shape[axis]);
    const isPerChannel = shape[0] === 1 && shape[1] === 1 && shape[2] === to.shape[2];
    if (!isSame && !isPerChannel) operator.fail(`operand of shape ${shape.join(' × ')} for ${to.shape.join(' × ')}`);
  }
  const base = { name: operator.name, inputs, output, ...operator.activationRange(0, output) };
  if (kind === 'add') return [{ kind, ...base, ...addFactors(a, b, to) }];
  return [{ kind, ...base, ...requantization([(a.scale * b.scale) / to.scale]) }];
};

const mean: Translation = (operator) => {
  const axes = [...operator.int32s(1)].map((axis) => (axis < 0 ? axis + 4 : axis)).sort();
  const { input, output, base } = operands(operator);
  const [from, to] = [input, output].map((id) => operator.tensor(id));
  if (axes.join() !== '1,2') operator.fail(`mean over axes ${axes.join(', ')}, wanted 1, 2`);
  operator.expectShape(output, [1, 1, from.shape[2]]);
  const factor = from.scale / to.scale / (from.shape[0] * from.shape[1]);
  return [{ kind: 'mean', ...base, ...requantization([factor]) }];
};

const softmax: Translation = (operator) => {
  const { input, output, base } = operands(operator);
  operator.expectShape(output, operator.tensor(input).shape);
  const { scale, zeroPoint } = operator.tensor(output);
  if (scale !== 1 / 256 || zeroPoint !== -128) operator.fail(`output scale ${scale}, zero point ${zeroPoint}, wanted 1/256, −128`);
  return [{ kind: 'softmax', ...base, ...softmaxFactors(operator.tensor(input), operator.float(0, 1)) }];
};

const reshape: Translation = (operator) => {
  const { input, output, base } = operands(operator);
  const [from, to] = [input, output].map((id) => elements(operator.tensor(id).shape));
  if (from !== to) operator.fail(`from ${from} to ${to} elements`);
  operator.expectSameScale(input, output);
  return [{ kind: 'reshape', ...base }];
};

const concatenation: Translation = (operator) => {
  const inputs = Array.from({ length: operator.inputCount }, (_, i) => operator.input(i));
  const output = operator.output();
  const to = operator.tensor(output).shape;
  const rank = operator.stored(operator.outputIndex()).shape.length;
  const axis = operator.int(0);
  if (axis !== -1 && axis !== rank - 1) operator.fail(`concatenation along axis ${axis}, wanted the channels`);
  let channels = 0;
  for (const id of inputs) {
    const { shape } = operator.tensor(id);
    if (shape[0] !== to[0] || shape[1] !== to[1]) operator.fail(`input of shape ${shape.join(' × ')} for ${to.join(' × ')}`);
    operator.expectSameScale(id, output);
    channels += shape[2];
  }
  operator.expectShape(output, [to[0], to[1], channels]);
  return [{ kind: 'concat', name: operator.name, inputs, output }];
};

const pad: Translation = (operator) => {
  const pads = operator.int32s(1);
  const { input, output, base } = operands(operator);
  const from = operator.tensor(input).shape;
  if (pads.length !== 8 || pads.some((size) => !(size >= 0 && size <= 4096)) || pads[0] + pads[1] + pads[6] + pads[7] > 0) {
    operator.fail(`paddings ${pads.join(', ')}, wanted four pairs around height and width only`);
  }
  const padding = [pads[2], pads[3], pads[4], pads[5]] as const;
  operator.expectShape(output, [from[0] + pads[2] + pads[3], from[1] + pads[4] + pads[5], from[2]]);
  operator.expectSameScale(input, output);
  return [{ kind: 'pad', ...base, padding }];
};

/** A function of one value: a table of 256 entries. */
const unary = (name: LookupFunction): Translation => (operator) => {
  const { input, output, base } = operands(operator);
  const [from, to] = [input, output].map((id) => operator.tensor(id));
  operator.expectShape(output, from.shape);
  return [{ kind: 'lookup', ...base, table: functionTable(name, from, to), function: name }];
};

const TRANSLATIONS: Readonly<Record<keyof typeof Operator, Translation>> = {
  add: elementwise('add'),
  averagePool2d: pool2d('averagePool'),
  cast: castToIndex,
  concatenation,
  conv2d,
  depthwiseConv2d,
  fullyConnected,
  gather,
  hardSwish: unary('hardSwish'),
  logistic: unary('sigmoid'),
  maxPool2d: pool2d('maxPool'),
  mean,
  mul: elementwise('mul'),
  pad,
  quantize: unary('requantize'),
  relu: unary('relu'),
  relu6: unary('relu6'),
  reshape,
  softmax,
  tanh: unary('tanh'),
};

const BY_CODE = new Map(Object.entries(TRANSLATIONS).map(([name, translation]) => [Operator[name as keyof typeof Operator] as number, translation]));

/** The ops of one operator; inputs and outputs are noted among its tensors. */
export function translate(operator: OperatorReader): Op[] {
  const translation = BY_CODE.get(operator.code) ?? operator.fail(`not supported; supported are ${Object.keys(Operator).join(', ')}`);
  return translation(operator);
}
