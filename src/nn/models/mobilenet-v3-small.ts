import { check } from '../../base';
import type { Architecture } from '../architecture';
import { ArchitectureBuilder, scaledChannels } from '../builder';
import { toShape } from '../shapes';
import type { ModelOptions } from './options';

export interface MobilenetV3Options extends ModelOptions {
  /** Share of the eleven inverted residual blocks that are kept: blocks that keep their shape go first, from the end. Default 1. */
  readonly depth?: number;
  /** Squeeze-and-excite blocks; default true. */
  readonly squeezeExcite?: boolean;
  /** Horizontal and vertical stride of the stem; default 2, as published; 1 suits 32×32 pictures. */
  readonly stemStride?: 1 | 2;
  /** Units of the last hidden layer, before `width`; default 1024. */
  readonly hidden?: number;
}

interface Block {
  readonly kernel: number;
  readonly expanded: number;
  readonly out: number;
  readonly excite: boolean;
  readonly activation: 'relu' | 'hardSwish';
  readonly strides: number;
}

/** Howard et al. 2019, table 2. */
const table: readonly Block[] = [
  { kernel: 3, expanded: 16, out: 16, excite: true, activation: 'relu', strides: 2 },
  { kernel: 3, expanded: 72, out: 24, excite: false, activation: 'relu', strides: 2 },
  { kernel: 3, expanded: 88, out: 24, excite: false, activation: 'relu', strides: 1 },
  { kernel: 5, expanded: 96, out: 40, excite: true, activation: 'hardSwish', strides: 2 },
  { kernel: 5, expanded: 240, out: 40, excite: true, activation: 'hardSwish', strides: 1 },
  { kernel: 5, expanded: 240, out: 40, excite: true, activation: 'hardSwish', strides: 1 },
  { kernel: 5, expanded: 120, out: 48, excite: true, activation: 'hardSwish', strides: 1 },
  { kernel: 5, expanded: 144, out: 48, excite: true, activation: 'hardSwish', strides: 1 },
  { kernel: 5, expanded: 288, out: 96, excite: true, activation: 'hardSwish', strides: 2 },
  { kernel: 5, expanded: 576, out: 96, excite: true, activation: 'hardSwish', strides: 1 },
  { kernel: 5, expanded: 576, out: 96, excite: true, activation: 'hardSwish', strides: 1 },
];

/** The blocks kept at a depth in (0, 1]: those that change shape always stay. */
function keptBlocks(depth: number): Block[] {
  check(depth > 0 && depth <= 1, 'depth', depth, 'a share of the blocks, above 0 and at most 1');
  const keep = Math.round(depth * table.length);
  const removable = table.map((block, i) => (i > 0 && block.strides === 1 && block.out === table[i - 1].out ? i : -1)).filter((i) => i >= 0);
  const removed = new Set(removable.reverse().slice(0, Math.max(0, table.length - keep)));
  return table.filter((_, i) => !removed.has(i));
}

/** MobileNetV3-Small (Howard et al. 2019) for pictures and signals alike; channels are rounded to multiples of 8. */
export function mobilenetV3Small(options: MobilenetV3Options): Architecture {
  const { inputShape, classes, width = 1, depth = 1, dropout = 0, squeezeExcite = true, stemStride = 2, hidden = 1024 } = options;
  const round = (channels: number): number => scaledChannels(channels, width);
  const b = new ArchitectureBuilder(options.name ?? 'mobilenetV3Small', inputShape);
  let channels = round(16);
  let x = b.convBnAct(b.input, channels, 'hardSwish', { strides: stemStride, name: 'stem' });
  keptBlocks(depth).forEach((block, i) => {
    const name = `block${i + 1}`;
    const expanded = round(block.expanded);
    const out = round(block.out);
    let y = x;
    if (expanded !== channels) y = b.convBnAct(y, expanded, block.activation, { kernel: 1, name: `${name}_expand` });
    y = b.depthwiseBnAct(y, block.activation, { kernel: block.kernel, strides: block.strides, name: `${name}_depthwise` });
    if (block.excite && squeezeExcite) y = b.squeezeExcite(y, expanded, scaledChannels(expanded, 0.25), `${name}_se`);
    y = b.convBnAct(y, out, undefined, { kernel: 1, name: `${name}_project` });
    x = block.strides === 1 && out === channels ? b.sum([x, y], `${name}_add`) : y;
    channels = out;
  });
  x = b.convBnAct(x, 6 * channels, 'hardSwish', { kernel: 1, name: 'last' });
  x = b.dense(b.globalAveragePool(x, 'pool'), round(hidden), { name: 'hidden' });
  x = b.dropout(b.activation(x, 'hardSwish', 'hidden_hardSwish'), dropout, 'dropout');
  return b.build(b.classifier(x, classes));
}

/** mobilenetV3Small on [length, channels]: 2,323,021 parameters, 29.1 M MACs at width 1.25 on 1024×24 with 13 classes. */
export function mobilenetV3Small1d(options: MobilenetV3Options): Architecture {
  const [, length, channels] = toShape(options.inputShape);
  return mobilenetV3Small({ name: 'mobilenetV3Small1d', ...options, inputShape: [length, channels] });
}
