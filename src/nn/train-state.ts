/**
 * What a training changes, as a few vectors: all trained variables end to end, all moving statistics end to end,
 * and the optimiser's. Where small networks spend their time is in starting kernels, and this takes a few in all.
 */
import * as tf from '@tensorflow/tfjs';
import { check } from '../base';
import type { Architecture } from './architecture';
import type { Optimizer } from './optimizers';
import { variablesOf, type Variables, type WeightMasks } from './weights';
import type { BatchStatistics } from './loss';

/** Lays tensors end to end in one vector. */
export function flat(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  if (tensors.length === 0) return tf.zeros([0]);
  return tf.concat1d(tensors.map((t) => (t.rank === 1 ? t : tf.reshape(t, [-1])) as tf.Tensor1D));
}

/** Cuts a vector into tensors of the variables' shapes. */
export function cut(vector: tf.Tensor1D, variables: readonly tf.Variable[]): tf.Tensor[] {
  if (variables.length === 0) return [];
  const parts = tf.split(vector, variables.map(({ size }) => size));
  // A reshape costs a kernel; most variables (biases, gammas, betas) are vectors already.
  return variables.map((variable, i) => (variable.rank === 1 ? parts[i] : tf.reshape(parts[i], variable.shape)));
}

/** Cuts one vector into the variables' values. */
export function assignAll(variables: readonly tf.Variable[], vector: tf.Tensor1D): void {
  tf.tidy(() => cut(vector, variables).forEach((value, i) => variables[i].assign(value)));
}

/** A model's variables in the order of the vectors. */
export class TrainedVariables {
  readonly all: Variables;
  readonly trained: tf.Variable[] = [];
  /** Mean and variance of each batchNorm, in turn. */
  readonly moving: tf.Variable[] = [];
  /** Those that stay as they are: of layers whose trainable is false. */
  readonly frozen: tf.Variable[] = [];
  /** Length of the vector of trained variables. */
  readonly size: number;
  private readonly normLayers: string[] = [];
  private readonly kernels: boolean[] = [];
  private readonly places: [layer: string, role: string][] = [];

  constructor(model: tf.LayersModel, architecture: Architecture, extra: readonly tf.Variable[]) {
    this.all = variablesOf(model, architecture);
    for (const [layer, roles] of this.all) {
      for (const [role, variable] of Object.entries(roles)) {
        if (role === 'mean' || role === 'variance') continue;
        if (!variable.trainable) {
          this.frozen.push(variable);
          continue;
        }
        this.trained.push(variable);
        this.places.push([layer, role]);
        this.kernels.push(role === 'kernel');
      }
      if (!roles.mean || !roles.variance) continue;
      this.moving.push(roles.mean, roles.variance);
      this.normLayers.push(layer);
    }
    this.trained.push(...extra);
    this.size = this.trained.reduce((sum, variable) => sum + variable.size, 0);
  }

  /** True where the moving statistics are those of an untrained model. */
  areStatisticsFresh(): boolean {
    return this.moving.every((variable, i) => variable.dataSync().every((value) => value === (i % 2)));
  }

  /** Statistics of a batch in the order of `moving`, old values where a layer has none. */
  statistics(batch: ReadonlyMap<string, BatchStatistics>): tf.Tensor1D {
    return flat(
      this.normLayers.flatMap((layer, i): tf.Tensor[] => {
        const own = batch.get(layer);
        return own ? [own.mean, own.variance] : this.moving.slice(2 * i, 2 * i + 2);
      }),
    );
  }

  /** 1 where weight decay applies: kernels. Undefined where the optimiser has none. */
  decay({ weightDecay }: Optimizer): tf.Tensor1D | undefined {
    if (weightDecay <= 0) return undefined;
    return tf.tidy(() => flat(this.trained.map(({ size }, i) => tf.fill([size], this.kernels[i] ? 1 : 0))));
  }

  /** Masks laid end to end; 1 where a variable has none. */
  mask(masks: WeightMasks): tf.Tensor1D {
    for (const layer of masks.keys()) check(this.all.has(layer), 'masks', layer, 'names of layers with weights');
    const marks = new Float32Array(this.size).fill(1);
    let offset = 0;
    this.trained.forEach(({ size }, i) => {
      const [layer, role] = this.places[i] ?? [];
      const own = layer === undefined ? undefined : masks.get(layer)?.[role as string];
      if (own) {
        check(own.length === size, `masks of '${layer}', ${role}`, own.length, `${size} numbers`);
        marks.set(own, offset);
      }
      offset += size;
    });
    return tf.tensor1d(marks);
  }
}
