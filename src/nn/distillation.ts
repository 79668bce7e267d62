/** Knowledge distillation (Hinton, Vinyals and Dean 2015): a network learns from what another makes of the same samples. */
import type * as tf from '@tensorflow/tfjs';
import { check } from '../base';
import type { Architecture, Network } from './architecture';
import { Predictor } from './predictor';
import { inputShapeOf, outputSizeOf } from './shapes';
import { modelOf } from './to-layers-model';

/** A trained network to learn from, and how much: the loss is (1 − weight) · that of the labels + weight · temperature² · that of its softened outputs. */
export interface Distillation {
  /** Of the same input and classes; it sees the augmented samples (Beyer et al. 2022), and is not changed. */
  readonly teacher: Network;
  /** Divides the logits of both, so that the classes that are not the first count, too; default 2. */
  readonly temperature?: number;
  /** Share of the teacher in the loss, the labels have the rest; default 0.5. */
  readonly weight?: number;
}

/** What the loss needs of it. */
export interface DistillationLoss {
  readonly temperature: number;
  readonly weight: number;
}

/** @throws ArgumentError for a teacher of another input or other classes. */
export function checkDistillation(distillation: Distillation, student: Architecture): DistillationLoss {
  const { teacher, temperature = 2, weight = 0.5 } = distillation;
  check(teacher?.architecture, 'distillation.teacher', teacher, 'a trained network');
  check(temperature > 0 && temperature < Infinity, 'distillation.temperature', temperature, 'a number above 0');
  check(weight >= 0 && weight <= 1, 'distillation.weight', weight, 'a share of 0 to 1');
  const ends = (architecture: Architecture): [string, number] => [
    String(inputShapeOf(architecture)),
    outputSizeOf(architecture),
  ];
  const [[input, classes], [ownInput, ownClasses]] = [ends(teacher.architecture), ends(student)];
  check(input === ownInput, 'distillation.teacher', `an input of ${input}`, `the trained model's, ${ownInput}`);
  check(classes === ownClasses, 'distillation.teacher', `${classes} classes`, `the trained model's ${ownClasses}`);
  return { temperature, weight };
}

/** Says what the teacher makes of batches; dispose it when done. */
export class Teacher {
  private readonly model: tf.LayersModel;
  private readonly predictor: Predictor;

  /** @param calls batches that it will be asked about. */
  constructor(
    { architecture, weights }: Network,
    private readonly temperature: number,
    batchSize: number,
    calls: number,
  ) {
    this.model = modelOf({ architecture, weights });
    this.predictor = new Predictor(this.model, architecture, { batchSize, calls });
  }

  /** softmax(logits / temperature) of n samples, n × classes. */
  async softLabels(x: Float32Array, n: number): Promise<Float32Array> {
    const { outputs: probabilities } = await this.predictor.run({ x, n });
    const classes = probabilities.length / n;
    for (let i = 0; i < n; i++) {
      const row = probabilities.subarray(i * classes, (i + 1) * classes);
      // Of softmax(z) this makes softmax(z / T).
      let sum = 0;
      row.forEach((p, c) => (sum += row[c] = p ** (1 / this.temperature)));
      row.forEach((p, c) => (row[c] = p / sum));
    }
    return probabilities;
  }

  dispose(): void {
    this.predictor.dispose();
    this.model.dispose();
  }
}
