/**
 * The fake quantisers of a network: one for each kernel and one for each activation scale of the structure that
 * quantize will fill in. Trained are log s/s₀ and (z − z₀)/256, so that steps of an optimiser such as Adam are
 * relative for scales of any size.
 */
import * as tf from '@tensorflow/tfjs';
import type { ForwardHooks, Layer, Network, WeightRole } from '../../nn';
import { affineOf, clamp, fixedAffine, limitsOf, roundAway, type Range, type Ranges } from './affine';
import { fakeQuantize } from './fake-quantize';
import { outputChannels } from './output-channels';
import { unionOf } from './quantize';
import { weightGrid, type WeightGrid } from './quantize-weights';
import type { Scheme } from './quantized-model';
import { calibratedTensors, fixedKind, scaleRoot, structureOf } from './structure';

const zeroPointUnit = 256;

/** Variables outlive the scope; the value they start from does not. */
function zeroVariable(size: number): tf.Variable<tf.Rank.R1> {
  return tf.tidy(() => tf.variable(tf.zeros([size]))) as tf.Variable<tf.Rank.R1>;
}

/** One trainable grid. */
class Quantizer {
  private readonly logScale: tf.Variable<tf.Rank.R1>;
  private readonly offset: tf.Variable<tf.Rank.R1> | undefined;
  private readonly scale0: tf.Tensor1D;

  constructor(
    scales: Float32Array,
    private readonly zeroPoint0: number,
    private readonly limits: readonly [number, number],
    isSymmetric: boolean,
  ) {
    this.scale0 = tf.keep(tf.tensor1d(scales));
    this.logScale = zeroVariable(scales.length);
    if (!isSymmetric) this.offset = zeroVariable(1);
  }

  get variables(): tf.Variable[] {
    return this.offset ? [this.logScale, this.offset] : [this.logScale];
  }

  apply(x: tf.Tensor): tf.Tensor {
    const scale = tf.mul(tf.exp(this.logScale), this.scale0) as tf.Tensor1D;
    const [lo, hi] = this.limits;
    const zeroPoint = this.offset
      ? tf.clipByValue(tf.add(tf.mul(this.offset, zeroPointUnit), this.zeroPoint0), lo, hi)
      : tf.fill([1], this.zeroPoint0);
    return fakeQuantize(x, scale, zeroPoint as tf.Tensor1D, lo, hi);
  }

  grid(): WeightGrid {
    const scales = tf.tidy(() => tf.mul(tf.exp(this.logScale), this.scale0).dataSync<'float32'>().slice());
    const [lo, hi] = this.limits;
    const moved = this.zeroPoint0 + zeroPointUnit * (this.offset?.dataSync()[0] ?? 0);
    return { scales, zeroPoint: clamp(roundAway(moved), lo, hi) };
  }

  dispose(): void {
    tf.dispose([this.scale0, ...this.variables]);
  }
}

export class FakeQuantizers {
  private readonly kernels = new Map<string, Quantizer>();
  private readonly scales = new Map<string, Quantizer>();
  /** Layers whose output is rounded, and by which scale's root. */
  private readonly rounded = new Map<string, string>();
  /** Kinds of the roots whose scale the specification fixes. */
  private readonly fixed = new Map<string, string>();
  private readonly deciding: ReadonlyMap<string, readonly string[]>;

  /**
   * @param network prepared. @param ranges of its activations, or none to quantise weights alone.
   * @param grids of kernels, by layer, where they are not to follow from the weights.
   */
  constructor(
    network: Network,
    ranges: Ranges | undefined,
    private readonly scheme: Scheme,
    grids?: ReadonlyMap<string, WeightGrid>,
  ) {
    const channels = outputChannels(network.architecture);
    for (const [layer, count] of channels) {
      const kernel = network.weights.get(layer)?.kernel as Float32Array;
      const { scales, zeroPoint } = grids?.get(layer) ?? weightGrid(kernel, count, scheme);
      this.kernels.set(
        layer,
        new Quantizer(scales, zeroPoint, scheme === 'int8' ? [-127, 127] : [0, 255], scheme === 'int8'),
      );
    }
    const structure = structureOf(network.architecture);
    this.deciding = calibratedTensors(structure);
    if (!ranges) return;
    for (const [root, names] of this.deciding) {
      const { scale, zeroPoint } = affineOf(unionOf(names.map((name) => ranges.get(name) as Range)), scheme);
      this.scales.set(root, new Quantizer(Float32Array.of(scale), zeroPoint, limitsOf(scheme), false));
    }
    const layers = new Set(network.architecture.layers.map(({ name }) => name));
    // Choosing and moving values adds no rounding of its own.
    const moved = new Set(
      structure.operations
        .filter(({ kind }) => kind === 'maxPool' || kind === 'reshape' || kind === 'concat' || kind === 'zeroPad')
        .map((o) => o.output),
    );
    for (const tensor of structure.shapes.keys()) {
      const root = scaleRoot(structure, tensor);
      const fixed = fixedKind(structure, root);
      if (!layers.has(tensor) || moved.has(tensor) || fixed === 'softmax') continue;
      this.rounded.set(tensor, root);
      if (fixed && !this.scales.has(root)) this.fixed.set(root, fixed);
    }
  }

  get variables(): tf.Variable[] {
    return [...this.kernels.values(), ...this.scales.values()].flatMap((quantizer) => quantizer.variables);
  }

  /** To reach into forward with. */
  hooks(): ForwardHooks {
    return {
      weight: (layer: Layer, role: WeightRole, value: tf.Tensor) => {
        const quantizer = role === 'kernel' ? this.kernels.get(layer.name) : undefined;
        if (!quantizer) return value;
        // Depthwise kernels have their channels on two axes.
        if (layer.kind !== 'depthwiseConv2d') return quantizer.apply(value);
        const flat = tf.reshape(value, [value.shape[0] as number, value.shape[1] as number, -1]);
        return tf.reshape(quantizer.apply(flat), value.shape);
      },
      output: (layer: Layer, value: tf.Tensor4D) => {
        const root = this.rounded.get(layer.name);
        if (root === undefined) return value;
        const quantizer = this.scales.get(root);
        if (quantizer) return quantizer.apply(value) as tf.Tensor4D;
        const affine = fixedAffine(this.fixed.get(root) as string, this.scheme);
        if (!affine) return value;
        const [lo, hi] = limitsOf(this.scheme);
        return fakeQuantize(value, tf.tensor1d([affine.scale]), tf.tensor1d([affine.zeroPoint]), lo, hi) as tf.Tensor4D;
      },
    };
  }

  /** The learned ranges, by the layers that calibrate names. */
  ranges(): Ranges {
    const [lo, hi] = limitsOf(this.scheme);
    const result = new Map<string, Range>();
    for (const [root, names] of this.deciding) {
      const grid = this.scales.get(root)?.grid();
      if (!grid) continue;
      const [scale] = grid.scales;
      for (const name of names)
        result.set(name, { min: scale * (lo - grid.zeroPoint), max: scale * (hi - grid.zeroPoint) });
    }
    return result;
  }

  /** The learned grids of the kernels, by layer. */
  weightGrids(): Map<string, WeightGrid> {
    return new Map([...this.kernels].map(([layer, quantizer]) => [layer, quantizer.grid()]));
  }

  dispose(): void {
    for (const quantizer of [...this.kernels.values(), ...this.scales.values()]) quantizer.dispose();
  }
}
