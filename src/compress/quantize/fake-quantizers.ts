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
import { calibratedTensors, scaleRoot, structureOf, type Structure } from './structure';

const zeroPointUnit = 256;

/** Where a grid starts from, and which whole numbers it has. */
interface Grid extends WeightGrid {
  readonly limits: readonly [number, number];
  /** The zero point stays. */
  readonly isSymmetric: boolean;
}

/** Variables outlive the scope; the value they start from does not. */
function zeroVariable(size: number): tf.Variable<tf.Rank.R1> {
  return tf.tidy(() => tf.variable(tf.zeros([size]))) as tf.Variable<tf.Rank.R1>;
}

/**
 * Trainable grids. Their scales are one vector, and so are the zero points that move: an operation or two for all of them,
 * where some hundred small ones each made a step's graph several times larger, and slower to make.
 */
class Grids {
  private readonly logScales: tf.Variable<tf.Rank.R1>;
  private readonly offsets: tf.Variable<tf.Rank.R1> | undefined;
  private readonly scale0: tf.Tensor1D;
  private readonly zeroPoint0: tf.Tensor1D;
  /** Of a grid, which of the moving zero points. */
  private readonly moving: ReadonlyMap<Grid, number>;
  private current: ReadonlyMap<Grid, readonly [scale: tf.Tensor1D, zeroPoint: tf.Tensor1D]> = new Map();

  /** @param limits of those whose zero point moves */
  constructor(
    private readonly grids: readonly Grid[],
    private readonly limits: readonly [number, number],
  ) {
    const movable = grids.filter(({ isSymmetric }) => !isSymmetric);
    this.moving = new Map(movable.map((grid, i) => [grid, i]));
    this.scale0 = tf.keep(tf.tensor1d(grids.flatMap(({ scales }) => [...scales])));
    this.zeroPoint0 = tf.keep(tf.tensor1d(movable.map(({ zeroPoint }) => zeroPoint)));
    this.logScales = zeroVariable(this.scale0.size);
    if (movable.length > 0) this.offsets = zeroVariable(movable.length);
  }

  get variables(): tf.Variable[] {
    return this.offsets ? [this.logScales, this.offsets] : [this.logScales];
  }

  /** Works scales and zero points out, for what `apply` rounds until this is called again. */
  update(): void {
    const pieces = tf.tidy(() => {
      const scales = tf.split(tf.mul(tf.exp(this.logScales), this.scale0) as tf.Tensor1D, this.grids.map((grid) => grid.scales.length));
      const moved = this.offsets && tf.clipByValue(tf.add(tf.mul(this.offsets, zeroPointUnit), this.zeroPoint0), ...this.limits);
      return { scales, zeroPoints: moved ? tf.split(moved as tf.Tensor1D, this.moving.size) : [] };
    });
    this.current = new Map(
      this.grids.map((grid, i) => {
        const place = this.moving.get(grid);
        const zeroPoint = place === undefined ? tf.tensor1d([grid.zeroPoint]) : pieces.zeroPoints[place];
        return [grid, [pieces.scales[i] as tf.Tensor1D, zeroPoint as tf.Tensor1D] as const];
      }),
    );
  }

  apply(grid: Grid, x: tf.Tensor): tf.Tensor {
    const [scale, zeroPoint] = this.current.get(grid) as readonly [tf.Tensor1D, tf.Tensor1D];
    return fakeQuantize(x, scale, zeroPoint, ...grid.limits);
  }

  /** As they are now, in the order of the grids. */
  learned(): Map<Grid, WeightGrid> {
    const scales = tf.tidy(() => tf.mul(tf.exp(this.logScales), this.scale0).dataSync<'float32'>().slice());
    const offsets = this.offsets?.dataSync<'float32'>();
    let from = 0;
    return new Map(
      this.grids.map((grid) => {
        const own = scales.subarray(from, (from += grid.scales.length));
        const place = this.moving.get(grid);
        const shift = place === undefined ? 0 : zeroPointUnit * (offsets as Float32Array)[place];
        return [grid, { scales: own, zeroPoint: clamp(roundAway(grid.zeroPoint + shift), ...grid.limits) }];
      }),
    );
  }

  dispose(): void {
    tf.dispose([this.scale0, this.zeroPoint0, ...this.variables, ...[...this.current.values()].flat()]);
  }
}

export class FakeQuantizers {
  private readonly kernels = new Map<string, Grid>();
  private readonly scales = new Map<string, Grid>();
  private readonly grids: Grids;
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
      const grid = grids?.get(layer) ?? weightGrid(kernel, count, scheme);
      this.kernels.set(layer, { ...grid, limits: scheme === 'int8' ? [-127, 127] : [0, 255], isSymmetric: scheme === 'int8' });
    }
    const structure = structureOf(network.architecture);
    this.deciding = calibratedTensors(structure);
    if (ranges) this.addActivations(structure, network, ranges);
    this.grids = new Grids([...this.kernels.values(), ...this.scales.values()], limitsOf(scheme));
  }

  private addActivations(structure: Structure, network: Network, ranges: Ranges): void {
    const { scheme } = this;
    for (const [root, names] of this.deciding) {
      const { scale, zeroPoint } = affineOf(unionOf(names.map((name) => ranges.get(name) as Range)), scheme);
      this.scales.set(root, { scales: Float32Array.of(scale), zeroPoint, limits: limitsOf(scheme), isSymmetric: false });
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
      const fixed = structure.fixed.get(root);
      if (!layers.has(tensor) || moved.has(tensor) || fixed === 'softmax') continue;
      this.rounded.set(tensor, root);
      if (fixed && !this.scales.has(root)) this.fixed.set(root, fixed);
    }
  }

  get variables(): tf.Variable[] {
    return this.grids.variables;
  }

  /** To reach into forward with. */
  hooks(): ForwardHooks {
    return {
      begin: () => this.grids.update(),
      weight: (layer: Layer, role: WeightRole, value: tf.Tensor) => {
        const grid = role === 'kernel' ? this.kernels.get(layer.name) : undefined;
        if (!grid) return value;
        // Depthwise kernels have their channels on two axes.
        if (layer.kind !== 'depthwiseConv2d') return this.grids.apply(grid, value);
        const flat = tf.reshape(value, [value.shape[0] as number, value.shape[1] as number, -1]);
        return tf.reshape(this.grids.apply(grid, flat), value.shape);
      },
      output: (layer: Layer, value: tf.Tensor4D) => {
        const root = this.rounded.get(layer.name);
        if (root === undefined) return value;
        const grid = this.scales.get(root);
        if (grid) return this.grids.apply(grid, value) as tf.Tensor4D;
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
    const learned = this.grids.learned();
    const result = new Map<string, Range>();
    for (const [root, names] of this.deciding) {
      const start = this.scales.get(root);
      if (!start) continue;
      const grid = learned.get(start) as WeightGrid;
      const [scale] = grid.scales;
      for (const name of names)
        result.set(name, { min: scale * (lo - grid.zeroPoint), max: scale * (hi - grid.zeroPoint) });
    }
    return result;
  }

  /** The learned grids of the kernels, by layer. */
  weightGrids(): Map<string, WeightGrid> {
    const learned = this.grids.learned();
    return new Map([...this.kernels].map(([layer, grid]) => [layer, learned.get(grid) as WeightGrid]));
  }

  dispose(): void {
    this.grids.dispose();
  }
}
