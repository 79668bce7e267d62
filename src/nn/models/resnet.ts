import { check } from '../../base';
import type { Architecture } from '../architecture';
import { ArchitectureBuilder } from '../builder';
import type { ModelOptions } from './options';

export interface ResnetOptions extends ModelOptions {
  /** Channels of each stage, before `width`. */
  readonly stages?: readonly number[];
  /** Blocks in each stage: one number for all, or one each. */
  readonly depth?: number | readonly number[];
}

/** Channels after scaling, at least 2: residual networks need no round numbers. */
function scaled(channels: number, width: number): number {
  check(width > 0, 'width', width, 'a positive number');
  return Math.max(2, Math.round(channels * width));
}

/**
 * Residual network of basic blocks (He et al. 2016) for small inputs: a 3×3 stem without pooling, then stages
 * of two-convolution blocks, each after the first halving the picture; 1×1 convolutions on the shortcuts that
 * change shape. All other residual networks of the zoo are settings of this one.
 */
export function resnet(options: ResnetOptions & { stages: readonly number[] }): Architecture {
  const { inputShape, classes, width = 1, dropout = 0, stages, depth = 2, name = 'resnet' } = options;
  const blocks = typeof depth === 'number' ? stages.map(() => depth) : depth;
  check(
    blocks.length === stages.length && blocks.every((n) => Number.isInteger(n) && n >= 1),
    'depth',
    depth,
    `a positive integer, or ${stages.length} of them`,
  );
  const b = new ArchitectureBuilder(name, inputShape);
  let channels = scaled(stages[0], width);
  let x = b.convBnAct(b.input, channels, 'relu', { name: 'stem' });
  stages.forEach((stage, s) => {
    const filters = scaled(stage, width);
    for (let block = 0; block < blocks[s]; block++) {
      const prefix = `stage${s + 1}_block${block + 1}`;
      const strides = s > 0 && block === 0 ? 2 : 1;
      let y = b.convBnAct(x, filters, 'relu', { strides, name: `${prefix}_conv1` });
      y = b.convBnAct(y, filters, undefined, { name: `${prefix}_conv2` });
      const changes = strides !== 1 || filters !== channels;
      const shortcut = changes
        ? b.convBnAct(x, filters, undefined, { kernel: 1, strides, name: `${prefix}_shortcut` })
        : x;
      x = b.activation(b.sum([y, shortcut], `${prefix}_add`), 'relu', `${prefix}_relu`);
      channels = filters;
    }
  });
  x = b.dropout(b.globalAveragePool(x, 'pool'), dropout, 'dropout');
  return b.build(b.classifier(x, classes));
}

/**
 * ResNet18 scaled to three stages of widths 48, 96, 192 with two blocks each: 1,564,090 parameters and 237 M MACs
 * on 32×32×3 with 10 classes at width 1.
 */
export function resnet18(options: ResnetOptions): Architecture {
  return resnet({ name: 'resnet18', stages: [48, 96, 192], ...options });
}
