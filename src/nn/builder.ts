import { check } from '../base';
import type { Activation, Architecture, Layer, Padding } from './architecture';
import { inferShapes, toShape } from './shapes';

/** One number for both axes; on a signal (height 1) only the horizontal one is meant. */
export type Extent = number | readonly [vertical: number, horizontal: number];

/** Default: kernel 3, stride 1, 'same' padding, with a bias, named by kind and number. */
export interface ConvolutionOptions {
  /** Of the window, one number for a square (of signals, for its length); default 3. */
  readonly kernel?: Extent;
  /** One number for both directions (of signals, for time); default 1. */
  readonly strides?: Extent;
  /** Default 'same'. */
  readonly padding?: Padding;
  /** Default true; convBnAct and its kin take false. */
  readonly useBias?: boolean;
  /** Of the layer; default: its kind and a number. */
  readonly name?: string;
}

/** Omit that keeps the members of a union apart. */
export type Plain<L> = L extends Layer ? Omit<L, 'name' | 'inputs'> : never;

/**
 * Builds an Architecture layer by layer. Every method takes the name of the layer that it reads and returns
 * the name of the one that it added, so that branches and joins are ordinary variables:
 *
 *     const b = new ArchitectureBuilder('net', [128, 6]);
 *     let x = b.conv(b.input, 16, { kernel: 5 });
 *     x = b.activation(b.batchNorm(x), 'relu');
 *     const net = b.build(b.classifier(x, 4));
 */
export class ArchitectureBuilder {
  /** Name of the input layer, to begin with. */
  readonly input = 'input';
  private readonly layers: Layer[];
  private readonly counters = new Map<string, number>();
  private readonly isSignal: boolean;

  constructor(
    private readonly name: string,
    inputShape: readonly number[],
  ) {
    const shape = toShape(inputShape);
    this.isSignal = shape[0] === 1;
    this.layers = [{ kind: 'input', name: this.input, inputs: [], shape }];
  }

  /** Adds any layer; the methods below are shorthands for it. */
  add<L extends Layer>(layer: Plain<L>, inputs: readonly string[], name?: string): string {
    const { kind } = layer as unknown as Layer;
    const given = name ?? this.numbered(kind);
    this.layers.push({ ...(layer as object), name: given, inputs } as unknown as Layer);
    return given;
  }

  /** A convolution to `filters` channels. @throws ArgumentError where `filters` is no positive integer */
  conv(x: string, filters: number, options: ConvolutionOptions = {}): string {
    check(Number.isInteger(filters) && filters > 0, 'filters', filters, 'a positive integer');
    return this.add({ kind: 'conv2d', filters, ...this.window(options) }, [x], options.name);
  }

  /** A convolution of each channel by itself, one output each. */
  depthwise(x: string, options: ConvolutionOptions = {}): string {
    return this.add({ kind: 'depthwiseConv2d', depthMultiplier: 1, ...this.window(options) }, [x], options.name);
  }

  /** Normalises each channel; `epsilon` is added to the variance. */
  batchNorm(x: string, name?: string, epsilon = 1e-3): string {
    return this.add({ kind: 'batchNorm', epsilon }, [x], name);
  }

  /** A function of each value (softmax: of each position's channels); named by the function and a number. */
  activation(x: string, activation: Activation, name?: string): string {
    return this.add({ kind: 'activation', activation }, [x], name ?? this.numbered(activation));
  }

  /** Convolution (no bias), batch norm, activation: the brick of most networks. Layers are `name`, `name_bn`, `name_<activation>`. */
  convBnAct(x: string, filters: number, activation: Activation | undefined, options: ConvolutionOptions = {}): string {
    const name = options.name ?? this.numbered('conv');
    const conv = this.conv(x, filters, { useBias: false, ...options, name });
    const normed = this.batchNorm(conv, `${name}_bn`);
    return activation ? this.activation(normed, activation, `${name}_${activation}`) : normed;
  }

  /** As convBnAct, with a depthwise convolution. */
  depthwiseBnAct(x: string, activation: Activation | undefined, options: ConvolutionOptions = {}): string {
    const name = options.name ?? this.numbered('depthwise');
    const conv = this.depthwise(x, { useBias: false, ...options, name });
    const normed = this.batchNorm(conv, `${name}_bn`);
    return activation ? this.activation(normed, activation, `${name}_${activation}`) : normed;
  }

  /** Squeeze-and-excite (Hu et al. 2018) with MobileNetV3's hard sigmoid gate: x · gate(pool(x)). */
  squeezeExcite(x: string, channels: number, squeezed: number, name: string): string {
    let gate = this.globalAveragePool(x, `${name}_pool`);
    gate = this.conv(gate, squeezed, { kernel: 1, useBias: true, name: `${name}_reduce` });
    gate = this.activation(gate, 'relu', `${name}_reduce_relu`);
    gate = this.conv(gate, channels, { kernel: 1, useBias: true, name: `${name}_expand` });
    gate = this.activation(gate, 'hardSigmoid', `${name}_gate`);
    return this.add({ kind: 'multiply' }, [x, gate], `${name}_scale`);
  }

  /** The sum of layers of one shape, or of [h, w, c] and [1, 1, c]. */
  sum(inputs: readonly string[], name?: string): string {
    return this.add({ kind: 'add' }, inputs, name);
  }

  /** The product, value by value, of layers of one shape, or of [h, w, c] and [1, 1, c]. */
  multiply(inputs: readonly string[], name?: string): string {
    return this.add({ kind: 'multiply' }, inputs, name);
  }

  /** The channels of all inputs, which share height and width, one behind the other. */
  concat(inputs: readonly string[], name?: string): string {
    return this.add({ kind: 'concat' }, inputs, name);
  }

  /** The greatest value of each window. Default: strides as the size, 'valid' padding. */
  maxPool(x: string, size: Extent, options: { strides?: Extent; padding?: Padding; name?: string } = {}): string {
    return this.pool('maxPool', x, size, options);
  }

  /** The mean of each window. Default: strides as the size, 'valid' padding. */
  averagePool(x: string, size: Extent, options: { strides?: Extent; padding?: Padding; name?: string } = {}): string {
    return this.pool('averagePool', x, size, options);
  }

  /** The mean of each channel: [h, w, c] to [1, 1, c]. */
  globalAveragePool(x: string, name?: string): string {
    return this.add({ kind: 'globalAveragePool' }, [x], name);
  }

  /** All values as one row, (h, w, c) row-major: [h, w, c] to [1, 1, h · w · c]. */
  flatten(x: string, name?: string): string {
    return this.add({ kind: 'flatten' }, [x], name);
  }

  /** Zeroes a share `rate` in training; at rate 0 adds nothing and gives `x` back. */
  dropout(x: string, rate: number, name?: string): string {
    check(rate >= 0 && rate < 1, 'dropout', rate, 'a share of at least 0, below 1');
    return rate > 0 ? this.add({ kind: 'dropout', rate }, [x], name) : x;
  }

  /** A fully connected layer to `units` features. @throws ArgumentError where `units` is no positive integer */
  dense(x: string, units: number, options: { useBias?: boolean; name?: string } = {}): string {
    check(Number.isInteger(units) && units > 0, 'units', units, 'a positive integer');
    return this.add({ kind: 'dense', units, useBias: options.useBias ?? true }, [x], options.name);
  }

  /** The head of a classifier on a [1, 1, features] input: dense 'logits', then softmax. */
  classifier(x: string, classes: number): string {
    check(Number.isInteger(classes) && classes >= 2, 'classes', classes, 'an integer of at least 2');
    return this.activation(this.dense(x, classes, { name: 'logits' }), 'softmax', 'softmax');
  }

  /** The finished architecture: checked, and cut down to what `output` needs. */
  build(output: string): Architecture {
    const needed = new Set([output]);
    const kept: Layer[] = [];
    for (const layer of [...this.layers].reverse()) {
      if (!needed.has(layer.name)) continue;
      layer.inputs.forEach((input) => needed.add(input));
      kept.unshift(layer);
    }
    const architecture: Architecture = { name: this.name, layers: kept };
    inferShapes(architecture);
    return architecture;
  }

  private pool(
    kind: 'maxPool' | 'averagePool',
    x: string,
    size: Extent,
    { strides = size, padding = 'valid', name }: { strides?: Extent; padding?: Padding; name?: string },
  ): string {
    return this.add({ kind, size: this.extent(size, 'size'), strides: this.extent(strides, 'strides'), padding }, [x], name);
  }

  private window({ kernel = 3, strides = 1, padding = 'same', useBias = true }: ConvolutionOptions) {
    return { kernel: this.extent(kernel, 'kernel'), strides: this.extent(strides, 'strides'), padding, useBias };
  }

  private extent(extent: Extent, name: string): readonly [number, number] {
    check([extent].flat().every((size) => Number.isInteger(size) && size > 0), name, extent, 'a positive integer, or two of them');
    if (typeof extent !== 'number') return extent;
    return [this.isSignal ? 1 : extent, extent];
  }

  private numbered(kind: string): string {
    const n = (this.counters.get(kind) ?? 0) + 1;
    this.counters.set(kind, n);
    return `${kind}_${n}`;
  }
}

/** Channels after width scaling: the nearest multiple of `divisor`, at least one, and never less than 90 % (MobileNet's rule). */
export function scaledChannels(channels: number, width: number, divisor = 8): number {
  check(width > 0, 'width', width, 'a positive number');
  const target = channels * width;
  const rounded = Math.max(divisor, Math.floor((target + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * target ? rounded + divisor : rounded;
}

