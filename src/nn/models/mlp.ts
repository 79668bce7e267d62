import type { Architecture } from '../architecture';
import { ArchitectureBuilder } from '../builder';
import { channelsAt, type ModelOptions } from './options';

export interface MlpOptions extends ModelOptions {
  /** Units of the hidden layers, before `width`; default [64, 32]. */
  readonly hidden?: readonly number[];
}

/** Multi-layer perceptron: flatten (unless the input is one row of features), hidden layers with ReLU, classifier. */
export function mlp(options: MlpOptions): Architecture {
  const { inputShape, classes, width = 1, hidden = [64, 32], dropout = 0 } = options;
  const b = new ArchitectureBuilder(options.name ?? 'mlp', inputShape);
  let x = inputShape.length === 1 ? b.input : b.flatten(b.input, 'flatten');
  hidden.forEach((units, i) => {
    const name = `hidden${i + 1}`;
    x = b.activation(b.dense(x, channelsAt(units, width, 'hidden'), { name }), 'relu', `${name}_relu`);
  });
  return b.build(b.classifier(b.dropout(x, dropout, 'dropout'), classes));
}
