import type { Activation, Architecture } from '../architecture';
import { ArchitectureBuilder } from '../builder';
import { channelsAt, type ModelOptions } from './options';

export interface Lenet5Options extends ModelOptions {
  /** Default 'relu'; the original had a scaled tanh. */
  readonly activation?: Activation;
}

/** LeNet-5 (LeCun et al. 1998) with max pooling and full connections: 61,706 parameters on 28×28×1 with 10 classes. */
export function lenet5(options: Lenet5Options): Architecture {
  const { inputShape, classes, width = 1, dropout = 0, activation = 'relu' } = options;
  const round = (channels: number): number => channelsAt(channels, width);
  const b = new ArchitectureBuilder(options.name ?? 'lenet5', inputShape);
  let x = b.conv(b.input, round(6), { kernel: 5, name: 'conv1' });
  x = b.maxPool(b.activation(x, activation, 'conv1_act'), 2, { name: 'pool1' });
  x = b.conv(x, round(16), { kernel: 5, padding: 'valid', name: 'conv2' });
  x = b.maxPool(b.activation(x, activation, 'conv2_act'), 2, { name: 'pool2' });
  x = b.flatten(x, 'flatten');
  x = b.activation(b.dense(x, round(120), { name: 'hidden1' }), activation, 'hidden1_act');
  x = b.activation(b.dense(x, round(84), { name: 'hidden2' }), activation, 'hidden2_act');
  return b.build(b.classifier(b.dropout(x, dropout, 'dropout'), classes));
}
