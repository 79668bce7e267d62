import type { PruningContext } from '../context';

/** Says how much each channel, or each weight, matters: the least important go first. A notebook may define its own. */
export interface PruningHeuristic {
  /** As messages call it. */
  readonly name: string;
  /**
   * For structured pruning. @param layer a convolution (a depthwise one, too) or dense layer.
   * @returns one number of at least 0 for each of its output channels; higher stays longer.
   */
  score(layer: string, context: PruningContext): Float32Array | Promise<Float32Array>;
  /**
   * For structured pruning, where the weights that read a channel say something of it, too. @param layer a convolution or dense layer.
   * @returns one number of at least 0 for each of its input channels.
   */
  scoreInputs?(layer: string, context: PruningContext): Float32Array | Promise<Float32Array>;
  /** For element-wise pruning. @returns one number of at least 0 for each weight of the layer's kernel, in its layout. */
  scoreWeights?(layer: string, context: PruningContext): Float32Array | Promise<Float32Array>;
}
