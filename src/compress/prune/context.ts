import * as tf from '@tensorflow/tfjs';
import { breathe, check, throwIfCancelled, type Rng } from '../../base';
import {
  batchTensor,
  disposeTensors,
  forward,
  inBatches,
  inferShapes,
  inputShapeOf,
  loadBackend,
  outputSizeOf,
  sizeOf,
  tensorsOf,
  type Activation,
  type Architecture,
  type Layer,
  type Network,
  type SampleSource,
  type Shape,
  type Tensors,
} from '../../nn';
import { GradientGraphs } from './gradient-graphs';
import type { GradientRule } from './gradients';

/** What a reducer sees of one layer and one batch: tensors of n × height × width × channels. */
export interface LayerBatch {
  /** The layer's output, past the batch norm and the activation that follow it. */
  readonly activation: tf.Tensor4D;
  /** Of the network's output or loss, by the rule, with respect to that. */
  readonly gradient: tf.Tensor4D;
  /** Its activation at the reference input of zeros, 1 × height × width × channels. */
  readonly reference: tf.Tensor4D;
  /** Whether that activation lets (nearly) nothing through where its input is negative. */
  readonly isRectified: boolean;
}

/** Activations that let (nearly) nothing through where their input is negative. */
const rectifiers = new Set<Activation>(['relu', 'relu6', 'hardSwish']);

const channelwise = new Set<Layer['kind']>(['batchNorm', 'activation', 'add', 'dropout', 'zeroPad']);

/** For each convolution (depthwise ones lose single weights) and dense layer, the layer whose output shows its channels: the first activation downstream that all of it flows into, else itself. */
function observedLayers(architecture: Architecture): Map<string, { name: string; isRectified: boolean }> {
  const readers = new Map<string, Layer[]>();
  for (const layer of architecture.layers)
    for (const input of layer.inputs) readers.set(input, [...(readers.get(input) ?? []), layer]);
  const result = new Map<string, { name: string; isRectified: boolean }>();
  for (const layer of architecture.layers) {
    if (layer.kind !== 'conv2d' && layer.kind !== 'depthwiseConv2d' && layer.kind !== 'dense') continue;
    let at: Layer = layer;
    for (
      let next = readers.get(at.name);
      next?.length === 1 && channelwise.has(next[0].kind) && at.kind !== 'activation';
      next = readers.get(at.name)
    ) {
      if (next[0].kind === 'activation' && next[0].activation === 'softmax') break;
      [at] = next;
    }
    const isRectified = at.kind === 'activation' && rectifiers.has(at.activation);
    result.set(layer.name, { name: at.name, isRectified });
  }
  return result;
}

/** What heuristics score a network with: its weights, a few labelled samples, random numbers, and gradients worked out once for all layers. */
export class PruningContext {
  private readonly cache = new Map<string, Promise<ReadonlyMap<string, Float32Array>>>();
  private readonly shapes: ReadonlyMap<string, Shape>;
  private readonly observed: ReadonlyMap<string, { name: string; isRectified: boolean }>;

  constructor(
    /** The network as it is now. */
    readonly network: Network,
    /** Those that it looks at: it holds as many times their layers' outputs. Read where a heuristic looks at data. */
    readonly samples: SampleSource,
    /** For heuristics that draw. */
    readonly rng: Rng,
    private readonly signal?: AbortSignal,
    /** Kept from scoring to scoring, where there are many. */
    private readonly graphs = new GradientGraphs(network.architecture, 0),
  ) {
    this.shapes = inferShapes(network.architecture);
    this.observed = observedLayers(network.architecture);
  }

  /** A layer's kernel in TensorFlow's layout (output channels run fastest, then input channels), and its channels. */
  kernelOf(layer: string): {
    /** Row-major, the output channels last. */
    kernel: Float32Array;
    /** Output channels. */
    channels: number;
    /** Input channels. */
    inputs: number;
  } {
    const kernel = this.network.weights.get(layer)?.kernel;
    check(kernel, 'layer', layer, 'the name of a layer with a kernel');
    const [input] = (this.network.architecture.layers.find(({ name }) => name === layer) as Layer).inputs;
    return { kernel, channels: (this.shapes.get(layer) as Shape)[2], inputs: (this.shapes.get(input) as Shape)[2] };
  }

  /** Sums f(weight) over the weights that give each output channel of a layer, or over those that read each input channel. */
  kernelSums(layer: string, side: 'outputs' | 'inputs', f: (weight: number) => number): Float32Array {
    const { kernel, channels, inputs } = this.kernelOf(layer);
    const isOutputs = side === 'outputs';
    const sums = new Float32Array(isOutputs ? channels : inputs);
    kernel.forEach((w, i) => (sums[isOutputs ? i % channels : Math.floor(i / channels) % inputs] += f(w)));
    return sums;
  }

  /**
   * Per sample and channel of a layer, what `reduce` makes of its activations and gradients.
   * @param key names the statistic: it is worked out once, for all layers.
   * @param rule which gradient.
   * @param reduce called inside tf.tidy; gives n × channels.
   * @param path shares of the way from the reference input to the sample, at each of which it is called; summed.
   * @returns samples × channels.
   */
  async channelStatistic(
    layer: string,
    key: string,
    rule: GradientRule,
    reduce: (batch: LayerBatch, previous: LayerBatch | undefined) => tf.Tensor,
    path: readonly number[] = [1],
  ): Promise<Float32Array> {
    const statistics = await this.cached(`channels ${key}`, () => this.reduceChannels(rule, reduce, path));
    return statistics.get((this.observed.get(layer) as { name: string }).name) as Float32Array;
  }

  /** Mean over mini-batches of |gradient| or gradient² with respect to a layer's kernel. */
  async kernelStatistic(
    layer: string,
    rule: GradientRule,
    moment: 'absolute' | 'square',
    path: readonly number[] = [1],
  ): Promise<Float32Array> {
    const statistics = await this.cached(`kernels ${rule} ${moment} ${path.join()}`, () =>
      this.reduceKernels(rule, moment, path),
    );
    return statistics.get(layer) as Float32Array;
  }

  private cached(
    key: string,
    compute: () => Promise<ReadonlyMap<string, Float32Array>>,
  ): Promise<ReadonlyMap<string, Float32Array>> {
    let result = this.cache.get(key);
    if (!result) this.cache.set(key, (result = compute()));
    return result;
  }

  /** Runs over the samples in batches; inside tf.tidy, weights as tensors. */
  private async overBatches(
    batchSize: number,
    run: (weights: Tensors, x: tf.Tensor4D, y: tf.Tensor1D, from: number) => void,
  ): Promise<void> {
    const { architecture } = this.network;
    await loadBackend();
    const weights = tensorsOf(this.network);
    const shape = inputShapeOf(architecture);
    const form = { name: 'samples', size: sizeOf(shape), classes: outputSizeOf(architecture), isLabelled: true };
    let from = 0;
    try {
      for await (const { x, y, n } of inBatches(this.samples, batchSize, form)) {
        await breathe(this.signal, 'the scoring');
        tf.tidy(() => run(weights, batchTensor(x, shape, 0, n), tf.tensor1d(y, 'int32'), from));
        from += n;
      }
    } finally {
      disposeTensors(weights);
    }
  }

  private async reduceChannels(
    rule: GradientRule,
    reduce: (batch: LayerBatch, previous: LayerBatch | undefined) => tf.Tensor,
    path: readonly number[],
  ): Promise<ReadonlyMap<string, Float32Array>> {
    const { architecture } = this.network;
    const rectified = new Map([...this.observed.values()].map(({ name, isRectified }) => [name, isRectified]));
    const names = [...rectified.keys()];
    const result = new Map(
      names.map((name) => [name, new Float32Array(this.samples.n * (this.shapes.get(name) as Shape)[2])]),
    );
    const batchSize = 16;
    const calls = Math.ceil(this.samples.n / batchSize) * path.length;
    await this.overBatches(batchSize, (weights, x, y, from) => {
      const [, height, width, channels] = x.shape;
      const zero = tf.zeros([1, height, width, channels]) as tf.Tensor4D;
      const reference = forward(architecture, weights, zero, { outputs: names });
      let previous: Map<string, LayerBatch> | undefined;
      for (const share of path) {
        throwIfCancelled(this.signal, 'the scoring');
        const own = this.graphs.activations(weights, names, share === 1 ? x : tf.mul(x, share), y, rule, calls);
        const batches = new Map<string, LayerBatch>();
        for (const [name, { activation, gradient }] of own) {
          const batch = {
            activation,
            gradient,
            reference: reference.get(name) as tf.Tensor4D,
            isRectified: rectified.get(name) as boolean,
          };
          batches.set(name, batch);
          const values = reduce(batch, previous?.get(name)).dataSync<'float32'>();
          const target = result.get(name) as Float32Array;
          const offset = from * batch.activation.shape[3];
          values.forEach((v, i) => (target[offset + i] += v));
        }
        previous = batches;
      }
    });
    return result;
  }

  private async reduceKernels(
    rule: GradientRule,
    moment: 'absolute' | 'square',
    path: readonly number[],
  ): Promise<ReadonlyMap<string, Float32Array>> {
    const result = new Map<string, Float32Array>();
    const batchSize = 4;
    const batches = Math.ceil(this.samples.n / batchSize);
    await this.overBatches(batchSize, (weights, x, y) => {
      const sums = new Map<string, tf.Tensor>();
      for (const share of path) {
        const input: tf.Tensor4D = share === 1 ? x : tf.mul(x, share);
        for (const [name, gradient] of this.graphs.kernels(weights, input, y, rule, batches * path.length)) {
          const before = sums.get(name);
          sums.set(name, before ? tf.add(before, gradient) : gradient);
        }
      }
      for (const [name, sum] of sums) {
        // The gradient is a sum over the mini-batch: its square, over the size, estimates the mean of the squares.
        const scaled =
          moment === 'square' ? tf.div(tf.square(sum), y.size) : tf.abs(tf.div(sum, y.size * path.length));
        const values = scaled.dataSync<'float32'>();
        const target = result.get(name) ?? new Float32Array(values.length);
        values.forEach((v, i) => (target[i] += v / batches));
        result.set(name, target);
      }
    });
    return result;
  }
}

/** Mean over samples of the absolute values of a samples × channels statistic. */
export function meanAbsolute(values: Float32Array, samples: number): Float32Array {
  const channels = values.length / samples;
  const result = new Float32Array(channels);
  values.forEach((v, i) => (result[i % channels] += Math.abs(v) / samples));
  return result;
}
