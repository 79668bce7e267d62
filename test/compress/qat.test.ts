import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import {
  calibrate,
  evaluateQuantized,
  fakeQuantize,
  prepareNetwork,
  quantize,
  trainQuantized,
  trainWithPruning,
  type QuantizedModel,
  type Scheme,
} from '../../src/compress';
import { createRng } from '../../src/base';
import { ArchitectureBuilder, loadBackend, score, type Network } from '../../src/nn';
import { logitsOf } from './run';
import { toySignals } from './toy-data';

const data = { train: toySignals(240, 1), validation: toySignals(120, 2) };

describe('fake quantisation', () => {
  before(() => loadBackend());

  /**
   * The function whose exact derivatives LSQ takes: rounding as an addition of what it adds at the point itself.
   * All in double precision, of a weighted sum of outputs.
   */
  function surrogate(
    x: number[],
    s: number[],
    z: number[],
    lo: number,
    hi: number,
    weights: number[],
    at: { x: number[]; s: number[]; z: number[] },
  ): number {
    let sum = 0;
    x.forEach((value, i) => {
      const c = i % s.length;
      const u0 = at.x[i] / at.s[c];
      const residue = Math.round(u0) - u0;
      const zr = z[c] + Math.round(at.z[c]) - at.z[c];
      const q = Math.min(hi, Math.max(lo, value / s[c] + residue + zr));
      sum += weights[i] * (q - zr) * s[c];
    });
    return sum;
  }

  for (const [name, lo, hi, channels, zeroPoints] of [
    ['int8 per channel', -127, 127, 3, [0, 0, 0]],
    ['uint8 per tensor', 0, 255, 1, [87.3]],
    ['int8 activation', -128, 127, 1, [-40.2]],
  ] as [string, number, number, number, number[]][]) {
    it(`has LSQ's gradients, beside finite differences: ${name}`, () => {
      const rng = createRng(name);
      const s = Array.from({ length: channels }, () => Math.fround(0.005 + 0.005 * rng.next()));
      // A value that rounds to an end of the range stands on a kink: those are drawn again.
      const x = Array.from({ length: 24 }, (_, i) => {
        for (;;) {
          const value = Math.fround(1.6 * rng.normal());
          const q = Math.round(value / s[i % channels]) + Math.round(zeroPoints[i % channels]);
          if (q !== lo && q !== hi) return value;
        }
      });
      const weights = x.map(() => Math.fround(rng.normal()));
      const at = { x, s, z: zeroPoints };
      const value = (dx: number[], ds: number[], dz: number[]): number =>
        surrogate(
          x.map((v, i) => v + dx[i]),
          s.map((v, i) => v + ds[i]),
          zeroPoints.map((v, i) => v + dz[i]),
          lo,
          hi,
          weights,
          at,
        );
      const none = { x: x.map(() => 0), s: s.map(() => 0), z: s.map(() => 0) };
      const slope = (key: 'x' | 's' | 'z', index: number, step: number): number => {
        const [up, down] = [step, -step].map((by) => {
          const d = { ...none, [key]: none[key].map((_, i) => (i === index ? by : 0)) };
          return value(d.x, d.s, d.z);
        });
        return (up - down) / (2 * step);
      };
      const [gx, gs, gz] = tf.tidy(() =>
        tf
          .grads((tx, ts, tz) =>
            fakeQuantize(tf.reshape(tx, [-1, channels]), ts as tf.Tensor1D, tz as tf.Tensor1D, lo, hi)
              .mul(tf.tensor2d(weights, [24 / channels, channels]))
              .sum(),
          )([tf.tensor1d(x), tf.tensor1d(s), tf.tensor1d(zeroPoints)])
          .map((g) => g.dataSync<'float32'>().slice()),
      );
      const scale = 1 / Math.sqrt((24 / channels) * Math.max(hi, -lo));
      const close = (actual: number, wanted: number, what: string) =>
        assert.ok(
          Math.abs(actual - wanted) <= 2e-3 * Math.max(1, Math.abs(wanted)),
          `${what}: ${actual}, wanted ${wanted}`,
        );
      x.forEach((_, i) => close(gx[i], slope('x', i, 1e-7), `x[${i}]`));
      s.forEach((_, c) => close(gs[c] / scale, slope('s', c, 1e-9), `s[${c}]`));
      zeroPoints.forEach((_, c) => close(gz[c] / scale, slope('z', c, 1e-5), `z[${c}]`));
      assert.ok(gx.some((g) => g === 0) && gx.some((g) => g !== 0), 'some values clipped, some not');
    });
  }

  it('gives the values that quantisation gives', () => {
    const values = tf.tidy(() =>
      fakeQuantize(tf.tensor1d([-5, -0.26, 0, 0.24, 0.26, 5]), tf.tensor1d([0.5]), tf.tensor1d([2]), 0, 7)
        .dataSync<'float32'>()
        .slice(),
    );
    assert.deepEqual([...values], [-1, -0.5, 0, 0, 0.5, 2.5]);
  });
});

function architecture() {
  const b = new ArchitectureBuilder('toy', [16, 2]);
  let x = b.convBnAct(b.input, 8, 'hardSwish', { kernel: 3, name: 'stem' });
  x = b.squeezeExcite(b.depthwiseBnAct(x, 'hardSwish', { kernel: 5, name: 'dw' }), 8, 4, 'se');
  x = b.concat([
    b.convBnAct(x, 4, 'relu', { kernel: 1, name: 'left' }),
    b.averagePool(x, 3, { strides: 1, padding: 'same' }),
  ]);
  return b.build(b.classifier(b.globalAveragePool(b.convBnAct(x, 8, 'relu6', { name: 'last' })), 3));
}

async function accuracy(model: QuantizedModel): Promise<number> {
  return (await evaluateQuantized(model, data.validation)).accuracy;
}

describe('quantisation-aware training', () => {
  let trained: Network;
  let float: number;

  before(async () => {
    trained = (
      await trainWithPruning(architecture(), data, {
        sparsity: 0.8,
        structured: false,
        epochs: 10,
        batchSize: 16,
        learningRate: 0.01,
        seed: 1,
      })
    ).network;
    const logits = await logitsOf(trained, data.validation.x, data.validation.n);
    float = score(logits, data.validation.y).accuracy;
    assert.ok(float > 0.8, `four fifths of the weights gone, accuracy ${float}`);
  });

  for (const scheme of ['int8', 'uint8'] as Scheme[]) {
    for (const target of ['weightsAndActivations', 'weights'] as const) {
      it(`${scheme}, ${target}: learns scales, keeps zeros, leaks nothing, and gives an accurate integer model`, async () => {
        const tensors = tf.memory().numTensors;
        const { network, ranges, model, history } = await trainQuantized(trained, data, {
          scheme,
          target,
          epochs: 2,
          batchSize: 16,
          learningRate: 1e-3,
        });
        assert.equal(tf.memory().numTensors, tensors);
        const prepared = prepareNetwork(trained);
        assert.deepEqual(network.architecture, prepared.architecture);
        let zeros = 0;
        for (const [layer, own] of prepared.weights) {
          own.kernel.forEach((w, i) => {
            if (w !== 0) return;
            zeros++;
            assert.ok(network.weights.get(layer)?.kernel[i] === 0);
          });
          const slot = model.operations.find((operation) => operation.name === layer);
          assert.ok(slot && 'weights' in slot, layer);
          const { data: integers, zeroPoint } = slot.weights;
          const share = (of: ArrayLike<number>, zero: number): number => Array.from(of).filter((w) => w === zero).length / of.length;
          assert.ok(share(integers, zeroPoint) >= share(own.kernel, 0), `${layer}: integers for what was pruned`);
        }
        assert.ok(zeros > 100, `${zeros} zeros to keep`);
        const before = await calibrate(prepared, data.train);
        if (target === 'weightsAndActivations') assert.notDeepEqual(ranges, before, 'ranges were trained');
        const plain = quantize(network, ranges, scheme);
        const changed = model.operations.some((operation, i) => {
          const other = plain.operations[i];
          return (
            'weights' in operation &&
            'weights' in other &&
            operation.weights.scales.some((s, c) => s !== other.weights.scales[c])
          );
        });
        assert.ok(changed, 'the model uses the trained scales of weights');
        const reached = await accuracy(model);
        const inTraining = history.rows[history.rows.length - 1].valAccuracy ?? 0;
        assert.ok(reached >= float - 0.02, `accuracy ${reached}, float ${float}`);
        // What training saw is what the integers do.
        if (target === 'weightsAndActivations')
          assert.ok(Math.abs(reached - inTraining) <= 0.03, `${reached}, in training ${inTraining}`);
      });
    }
  }

  it('with no epoch gives what static quantisation gives', async () => {
    const n = 64;
    const { model } = await trainQuantized(trained, data, { epochs: 0, calibrationSamples: n });
    const wanted = quantize(trained, await calibrate(trained, data.train, { most: n }), 'int8');
    for (const [name, { scale, zeroPoint }] of wanted.tensors) {
      const own = model.tensors.get(name);
      assert.ok(Math.abs((own?.scale ?? 0) / scale - 1) < 1e-5, name);
      assert.equal(own?.zeroPoint, zeroPoint, name);
    }
  });
});
