import fc from 'fast-check';
import { createRng, type Rng } from '../../src/base';
import { ArchitectureBuilder, initialNetwork, type Activation, type Architecture, type Network } from '../../src/nn';

const activations: Activation[] = ['relu', 'relu6', 'hardSwish', 'hardSigmoid', 'sigmoid', 'tanh'];

/** One block of random kind that keeps height and width; returns its output and channel count. */
function block(
  b: ArchitectureBuilder,
  rng: Rng,
  x: string,
  channels: number,
  i: number,
): { x: string; channels: number } {
  const activation = rng.choice(activations);
  const out = rng.integer(2, 5);
  switch (rng.integer(0, 7)) {
    case 0: { // residual
      let y = b.convBnAct(x, out, activation, { kernel: rng.choice([1, 3]), name: `r${i}a` });
      y = b.convBnAct(y, channels, undefined, { name: `r${i}b` });
      return { x: b.activation(b.sum([x, y]), rng.choice(activations)), channels };
    }
    case 1: { // residual of three, with a shortcut of its own
      const y = b.convBnAct(x, out, activation, { name: `s${i}a` });
      const z = b.conv(x, out, { kernel: 1, name: `s${i}b` });
      const w = b.conv(y, out, { kernel: 1, useBias: false, name: `s${i}c` });
      return { x: b.sum([y, z, w]), channels: out };
    }
    case 2: { // depthwise separable
      const y = b.depthwiseBnAct(x, activation, { name: `d${i}a` });
      return { x: b.convBnAct(y, out, activation, { kernel: 1, name: `d${i}b` }), channels: out };
    }
    case 3: { // inverted residual with squeeze-and-excite
      const wide = 2 * channels;
      let y = b.convBnAct(x, wide, 'hardSwish', { kernel: 1, name: `m${i}a` });
      y = b.depthwiseBnAct(y, activation, { name: `m${i}b` });
      y = b.squeezeExcite(y, wide, 2, `m${i}c`);
      y = b.convBnAct(y, channels, undefined, { kernel: 1, name: `m${i}d` });
      return { x: b.sum([x, y]), channels };
    }
    case 4: { // branches joined over channels
      const y = b.convBnAct(x, out, activation, { name: `c${i}a` });
      const z = b.activation(b.conv(x, 3, { kernel: 1, name: `c${i}b` }), 'sigmoid');
      const withInput = rng.next() < 0.5;
      const joined = b.concat(withInput ? [x, y, z] : [y, z]);
      return { x: b.batchNorm(joined, `c${i}c`), channels: out + 3 + (withInput ? channels : 0) };
    }
    case 5: { // dense-net like sum with a concat: two groups meet in one layer
      const y = b.conv(x, 2, { name: `e${i}a` });
      const z = b.conv(x, 3, { name: `e${i}b` });
      const w = b.conv(x, 5, { kernel: 1, name: `e${i}c` });
      return { x: b.sum([b.concat([y, z]), w]), channels: 5 };
    }
    case 6: { // a depthwise convolution that doubles, padding of its own, and a pool
      const y = b.add({ kind: 'zeroPad', padding: [1, 1, 1, 1] }, [x]);
      const z = b.add(
        {
          kind: 'depthwiseConv2d',
          depthMultiplier: 2,
          kernel: [3, 3],
          strides: [1, 1],
          padding: 'valid',
          useBias: true,
        },
        [y],
        `p${i}a`,
      );
      return { x: b.maxPool(b.activation(z, activation), 2, { strides: 1, padding: 'same' }), channels: 2 * channels };
    }
    default: {
      // pre-activation
      const y = b.activation(b.batchNorm(x, `v${i}bn`), activation);
      return { x: b.dropout(b.conv(y, out, { name: `v${i}` }), 0.2), channels: out };
    }
  }
}

/** A small network of random blocks, on 4×4 pictures with 2 channels and 3 classes. */
export function randomArchitecture(seed: number): Architecture {
  const rng = createRng(seed);
  const b = new ArchitectureBuilder(`random${seed}`, [4, 4, 2]);
  let x = b.convBnAct(b.input, 3, 'relu', { name: 'stem' });
  let channels = 3;
  const blocks = rng.integer(1, 3);
  for (let i = 0; i < blocks; i++) ({ x, channels } = block(b, rng, x, channels, i));
  if (rng.next() < 0.4) x = b.averagePool(x, 2);
  x = rng.next() < 0.5 ? b.flatten(x) : b.globalAveragePool(x);
  if (rng.next() < 0.5) x = b.activation(b.batchNorm(b.dense(x, 4, { name: 'hidden' }), 'hidden_bn'), 'relu');
  return b.build(b.classifier(x, 3));
}

/** Weights as after training: statistics, biases and offsets that are not 0 or 1. */
export function livedIn(architecture: Architecture, seed: number): Network {
  const rng = createRng(seed).fork('lived in');
  const { weights } = initialNetwork(architecture, seed);
  const changed = new Map(
    [...weights].map(([layer, own]) => [
      layer,
      Object.fromEntries(
        Object.entries(own).map(([role, values]) => {
          if (role === 'kernel') return [role, values];
          if (role === 'variance') return [role, values.map(() => 0.5 + rng.next())];
          return [role, values.map((v) => v + 0.3 * rng.normal())];
        }),
      ),
    ]),
  );
  return { architecture, weights: changed };
}

export const architectureSeeds = fc.integer({ min: 0, max: 1_000_000 });
