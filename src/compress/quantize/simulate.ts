/**
 * A quantised model run on TensorFlow.js: integers held in float32 tensors. Quick, for estimates of accuracy over
 * many samples; sums beyond 2²⁴ lose their last bit, so outputs may differ from the integer interpreter's by a
 * step here and there.
 */
import * as tf from '@tensorflow/tfjs';
import { nested, type LongWork } from '../../base';
import { depthwise, disposeTensors, GraphFunction, hardSigmoid, hardSwish, loadBackend, runBatches, score, sizeOf, type Evaluation, type InputSource, type Outputs, type SampleSource, type Shape } from '../../nn';
import { limitsOf } from './affine';
import { fromDeployedLayout } from './quantize-weights';
import type {
  ConvolutionOperation,
  DenseOperation,
  FusedActivation,
  QuantizedModel,
  QuantizedOperation,
  QuantizedTensor,
} from './quantized-model';

type Weights = ReadonlyMap<string, { kernel: tf.Tensor; bias: tf.Tensor; scales: tf.Tensor }>;

/** Kernels as whole numbers less their zero point, in TensorFlow's layouts. */
function weightTensors(model: QuantizedModel): Weights {
  const result = new Map<string, { kernel: tf.Tensor; bias: tf.Tensor; scales: tf.Tensor }>();
  for (const operation of model.operations) {
    if (!('weights' in operation)) continue;
    const { data, bias, scales, zeroPoint } = operation.weights;
    const out = bias.length;
    const values = fromDeployedLayout(
      Float32Array.from(data, (q) => q - zeroPoint),
      operation.kind,
      out,
    );
    const input = (model.tensors.get(operation.inputs[0]) as QuantizedTensor).shape[2];
    const shape =
      operation.kind === 'dense'
        ? [input, out]
        : [...operation.kernel, input, operation.kind === 'conv2d' ? out : out / input];
    result.set(operation.name, {
      kernel: tf.tensor(values, shape),
      bias: tf.tensor1d(Float32Array.from(bias)),
      scales: tf.tensor1d(scales),
    });
  }
  return result;
}

function clampLimits(
  activation: FusedActivation,
  output: QuantizedTensor,
  limits: readonly [number, number],
): [number, number] {
  let [lo, hi] = limits;
  if (activation !== 'none') lo = Math.max(lo, output.zeroPoint);
  if (activation === 'relu6') hi = Math.min(hi, Math.round(6 / output.scale) + output.zeroPoint);
  return [lo, hi];
}

function convolve(
  operation: ConvolutionOperation | DenseOperation,
  x: tf.Tensor4D,
  { kernel, bias, scales }: { kernel: tf.Tensor; bias: tf.Tensor; scales: tf.Tensor },
  inputScale: number,
): tf.Tensor4D {
  let sum: tf.Tensor;
  if (operation.kind === 'dense') {
    const flat = tf.matMul(tf.reshape(x, [x.shape[0], x.shape[3]]), kernel as tf.Tensor2D);
    sum = tf.reshape(flat, [x.shape[0], 1, 1, kernel.shape[1] as number]);
  } else {
    const [top, bottom, left, right] = operation.padding;
    const padded = tf.pad4d(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
    const strides: [number, number] = [operation.strides[0], operation.strides[1]];
    sum =
      operation.kind === 'conv2d'
        ? tf.conv2d(padded, kernel as tf.Tensor4D, strides, 'valid')
        : depthwise(padded, kernel as tf.Tensor4D, strides, 'valid');
  }
  return tf.mul(tf.add(sum, bias), tf.mul(scales, inputScale)) as tf.Tensor4D;
}

/** Real-valued result of an operation, before it is rounded to its output's grid. */
function realResult(
  operation: QuantizedOperation,
  inputs: readonly tf.Tensor4D[],
  model: QuantizedModel,
  weights: Weights,
): tf.Tensor4D {
  const affine = operation.inputs.map((name) => model.tensors.get(name) as QuantizedTensor);
  const centred = inputs.map((q, i) => tf.sub(q, affine[i].zeroPoint) as tf.Tensor4D);
  const real = (i: number): tf.Tensor4D => tf.mul(centred[i], affine[i].scale);
  switch (operation.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'dense':
      return convolve(
        operation,
        centred[0],
        weights.get(operation.name) as { kernel: tf.Tensor; bias: tf.Tensor; scales: tf.Tensor },
        affine[0].scale,
      );
    case 'add':
      return tf.add(real(0), real(1));
    case 'multiply':
      return tf.mul(real(0), real(1));
    case 'maxPool':
    case 'averagePool': {
      const size: [number, number] = [operation.size[0], operation.size[1]];
      const strides: [number, number] = [operation.strides[0], operation.strides[1]];
      return operation.kind === 'maxPool'
        ? tf.maxPool(real(0), size, strides, operation.padding)
        : tf.avgPool(real(0), size, strides, operation.padding);
    }
    case 'globalAveragePool':
      return tf.mean(real(0), [1, 2], true);
    case 'concat':
      return tf.concat(
        inputs.map((_, i) => real(i)),
        3,
      );
    case 'reshape':
      return tf.reshape(real(0), [
        inputs[0].shape[0],
        ...(model.tensors.get(operation.output) as QuantizedTensor).shape,
      ]);
    case 'zeroPad': {
      const [top, bottom, left, right] = operation.padding;
      return tf.pad4d(real(0), [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ]);
    }
    case 'requantize':
      return real(0);
    case 'relu':
      return tf.relu(real(0));
    case 'relu6':
      return tf.relu6(real(0));
    case 'hardSwish':
      return hardSwish(real(0));
    case 'hardSigmoid':
      return hardSigmoid(real(0));
    case 'sigmoid':
      return tf.sigmoid(real(0));
    case 'tanh':
      return tf.tanh(real(0));
    case 'softmax':
      return tf.softmax(real(0));
  }
}

const rounded = (x: tf.Tensor): tf.Tensor => tf.floor(tf.add(x, 0.5));

function runBatch(model: QuantizedModel, weights: Weights, x: tf.Tensor4D): tf.Tensor4D {
  const limits = limitsOf(model.scheme);
  const onGrid = (real: tf.Tensor, name: string, activation: FusedActivation): tf.Tensor4D => {
    const tensor = model.tensors.get(name) as QuantizedTensor;
    const [lo, hi] = clampLimits(activation, tensor, limits);
    return tf.clipByValue(tf.add(rounded(tf.div(real, tensor.scale)), tensor.zeroPoint), lo, hi) as tf.Tensor4D;
  };
  const values = new Map<string, tf.Tensor4D>([[model.input, onGrid(x, model.input, 'none')]]);
  for (const operation of model.operations) {
    const inputs = operation.inputs.map((name) => values.get(name) as tf.Tensor4D);
    const real = realResult(operation, inputs, model, weights);
    values.set(
      operation.output,
      onGrid(real, operation.output, 'activation' in operation ? operation.activation : 'none'),
    );
  }
  const output = model.tensors.get(model.output) as QuantizedTensor;
  return tf.mul(tf.sub(values.get(model.output) as tf.Tensor4D, output.zeroPoint), output.scale);
}

/** How a quantised model is run. */
export interface SimulateOptions extends LongWork {
  /** Samples at a time; default 64. */
  batchSize?: number;
}

async function run(model: QuantizedModel, samples: InputSource, isLabelled: boolean, options: SimulateOptions): Promise<Outputs> {
  const { batchSize = 64, signal, onProgress } = options;
  const shapeOf = (name: string): Shape => (model.tensors.get(name) as QuantizedTensor).shape;
  await loadBackend();
  const weights = weightTensors(model);
  const graph = new GraphFunction((x) => [runBatch(model, weights, x as tf.Tensor4D)], Math.ceil(samples.n / batchSize));
  try {
    return await runBatches(samples, (x) => graph.call(x)[0], {
      inputShape: shapeOf(model.input),
      outputSize: sizeOf(shapeOf(model.output)),
      batchSize,
      isLabelled,
      what: 'the simulation',
      signal,
      onProgress: nested(onProgress, 'simulate'),
    });
  } finally {
    graph.dispose();
    disposeTensors(weights);
  }
}

/**
 * Outputs of the quantised model as real numbers, n × output size.
 * @param samples normalised as in training. @throws ArgumentError for samples that do not fit; CancelledError
 */
export async function simulate(model: QuantizedModel, samples: InputSource, options: SimulateOptions = {}): Promise<Float32Array> {
  return (await run(model, samples, false, options)).outputs;
}

/** Accuracy, loss and predictions of the quantised model, whose output is class probabilities, over labelled samples. @throws as simulate */
export async function evaluateQuantized(model: QuantizedModel, samples: SampleSource, options: SimulateOptions = {}): Promise<Evaluation> {
  const { outputs, y } = await run(model, samples, true, options);
  return score(outputs, y);
}
