/**
 * The gradients that heuristics look at, as graphs that outlive a scoring: pruning on a schedule asks for the same ones
 * again and again as weights change.
 */
import type * as tf from '@tensorflow/tfjs';
import { allWeightShapes, GraphFunction, type Architecture, type Tensors, type WeightRole } from '../../nn';
import { gradientsOfActivations, gradientsOfKernels, kernelLayers, type ActivationGradient, type GradientRule } from './gradients';

/**
 * Gradients for scoring, compiled once and run for every batch and round of pruning; eager where too few calls are to come for
 * that to pay, or TensorFlow is not there. Holds native memory until `dispose`.
 */
export class GradientGraphs {
  private readonly graphs = new Map<string, GraphFunction>();
  private readonly places: readonly (readonly [layer: string, role: WeightRole])[];

  /** @param rounds how often a network of this architecture will be scored, about. */
  constructor(
    private readonly architecture: Architecture,
    private readonly rounds: number,
  ) {
    this.places = [...allWeightShapes(architecture)].flatMap(([layer, own]) =>
      Object.keys(own).map((role) => [layer, role as WeightRole] as const),
    );
  }

  /** gradientsOfActivations. @param calls in this round. */
  activations(
    weights: Tensors,
    names: readonly string[],
    x: tf.Tensor4D,
    y: tf.Tensor1D,
    rule: GradientRule,
    calls: number,
  ): Map<string, ActivationGradient> {
    const graph = this.graph(`activations ${rule} ${names}`, calls, (own, batch, truth) => {
      const results = gradientsOfActivations(this.architecture, own, names, batch, truth, rule);
      return names.flatMap((name) => {
        const { activation, gradient } = results.get(name) as ActivationGradient;
        return [activation, gradient];
      });
    });
    const values = graph.call(x, y, ...this.flat(weights)) as tf.Tensor4D[];
    return new Map(names.map((name, i) => [name, { activation: values[2 * i], gradient: values[2 * i + 1] }]));
  }

  /** gradientsOfKernels. @param calls in this round. */
  kernels(weights: Tensors, x: tf.Tensor4D, y: tf.Tensor1D, rule: GradientRule, calls: number): Map<string, tf.Tensor> {
    const graph = this.graph(`kernels ${rule}`, calls, (own, batch, truth) => [
      ...gradientsOfKernels(this.architecture, own, batch, truth, rule).values(),
    ]);
    const values = graph.call(x, y, ...this.flat(weights));
    return new Map(kernelLayers(weights).map((name, i) => [name, values[i]]));
  }

  /** Gives the compiled graphs' memory back; the object may be used again and compiles anew. */
  dispose(): void {
    for (const graph of this.graphs.values()) graph.dispose();
    this.graphs.clear();
  }

  private flat(weights: Tensors): tf.Tensor[] {
    return this.places.map(([layer, role]) => weights.get(layer)?.[role] as tf.Tensor);
  }

  private graph(key: string, calls: number, body: (weights: Tensors, x: tf.Tensor4D, y: tf.Tensor1D) => tf.Tensor[]): GraphFunction {
    let graph = this.graphs.get(key);
    if (!graph) {
      graph = new GraphFunction((x, y, ...values) => {
        const weights = new Map<string, Partial<Record<WeightRole, tf.Tensor>>>();
        this.places.forEach(([layer, role], i) => weights.set(layer, { ...weights.get(layer), [role]: values[i] }));
        return body(weights, x as tf.Tensor4D, y as tf.Tensor1D);
      }, calls * this.rounds);
      this.graphs.set(key, graph);
    }
    return graph;
  }
}
