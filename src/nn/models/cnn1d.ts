import { check } from '../../base';
import type { Architecture } from '../architecture';
import { ArchitectureBuilder } from '../builder';
import { channelsAt, type ModelOptions } from './options';

export interface Cnn1dOptions extends ModelOptions {
  /** Convolution blocks; default 3. */
  readonly depth?: number;
  /** Channels of the first block, before `width`; each next one has half as many more. Default 16. */
  readonly filters?: number;
  /** Taps of each convolution; default 5. */
  readonly kernel?: number;
  /** Steps between outputs of the first convolution; default 2. */
  readonly stemStride?: number;
}

/** Small network for signals: convolution, batch norm, ReLU and max pooling by 2 in each block, then global pooling. */
export function cnn1d(options: Cnn1dOptions): Architecture {
  const { inputShape, classes, width = 1, depth = 3, filters = 16, kernel = 5, stemStride = 2, dropout = 0 } = options;
  check(Number.isInteger(depth) && depth >= 1, 'depth', depth, 'an integer of at least 1');
  const b = new ArchitectureBuilder(options.name ?? 'cnn1d', inputShape);
  let x: string = b.input;
  for (let block = 1; block <= depth; block++) {
    const channels = channelsAt(filters * 1.5 ** (block - 1), width);
    x = b.convBnAct(x, channels, 'relu', { kernel, strides: block === 1 ? stemStride : 1, name: `conv${block}` });
    if (block < depth) x = b.maxPool(x, 2, { padding: 'same', name: `pool${block}` });
  }
  x = b.dropout(b.globalAveragePool(x, 'pool'), dropout, 'dropout');
  return b.build(b.classifier(x, classes));
}
