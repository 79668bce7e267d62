import { check } from '../../base';
import type { Architecture } from '../architecture';
import { ArchitectureBuilder, scaledChannels } from '../builder';
import type { ModelOptions } from './options';

export interface MobilenetV2Options extends ModelOptions {
  /** Factor on the number of blocks of each stage, which stays at least 1. Default 1. */
  readonly depth?: number;
  /** Stride of the stem; default 2, as published; 1 suits 32×32 pictures. */
  readonly stemStride?: 1 | 2;
  /** Channels of the last convolution, not scaled below width 1 unless given; default 1280. */
  readonly last?: number;
}

/** [expansion, channels, blocks, stride of the first]: Sandler et al. 2018, table 2. */
const table: readonly (readonly [number, number, number, number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/** MobileNetV2 (Sandler et al. 2018): 3,504,872 parameters on 224×224×3 with 1000 classes; works on signals too. */
export function mobilenetV2(options: MobilenetV2Options): Architecture {
  const { inputShape, classes, width = 1, depth = 1, dropout = 0, stemStride = 2, last = 1280 } = options;
  check(depth > 0, 'depth', depth, 'a positive number');
  const b = new ArchitectureBuilder(options.name ?? 'mobilenetV2', inputShape);
  let channels = scaledChannels(32, width);
  let x = b.convBnAct(b.input, channels, 'relu6', { strides: stemStride, name: 'stem' });
  let n = 0;
  for (const [expansion, stage, blocks, first] of table) {
    const out = scaledChannels(stage, width);
    for (let block = 0; block < Math.max(1, Math.round(blocks * depth)); block++) {
      const name = `block${++n}`;
      const strides = block === 0 ? first : 1;
      let y = x;
      if (expansion !== 1) y = b.convBnAct(y, channels * expansion, 'relu6', { kernel: 1, name: `${name}_expand` });
      y = b.depthwiseBnAct(y, 'relu6', { strides, name: `${name}_depthwise` });
      y = b.convBnAct(y, out, undefined, { kernel: 1, name: `${name}_project` });
      x = strides === 1 && out === channels ? b.sum([x, y], `${name}_add`) : y;
      channels = out;
    }
  }
  const lastChannels = options.last === undefined ? scaledChannels(last, Math.max(1, width)) : last;
  x = b.convBnAct(x, lastChannels, 'relu6', { kernel: 1, name: 'last' });
  x = b.dropout(b.globalAveragePool(x, 'pool'), dropout, 'dropout');
  return b.build(b.classifier(x, classes));
}
