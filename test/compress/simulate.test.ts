/** The quick simulation beside the integer interpreter that every board is compared with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { calibrate, quantize, simulate, type Scheme } from '../../src/compress';
import { dequantizeOutput, interpret, lower, quantizeInput } from '../../src/deploy';
import { inputShapeOf, sizeOf, type Network } from '../../src/nn';
import { livedIn, randomArchitecture } from './random-architecture';
import { samplesFor } from './run';
import { zoo } from './zoo';

/** Steps that simulation and interpreter are apart at the logits. */
async function steps(network: Network, scheme: Scheme, n: number): Promise<number[]> {
  const x = samplesFor(network.architecture, n);
  const full = quantize(network, await calibrate(network, { x, n }), scheme);
  const last = full.operations[full.operations.length - 1];
  const model = { ...full, operations: full.operations.slice(0, -1), output: last.inputs[0] };
  const simulated = await simulate(model, { x, n });
  const graph = lower(model);
  const size = sizeOf(inputShapeOf(network.architecture));
  const { scale } = model.tensors.get(model.output) ?? { scale: NaN };
  return Array.from({ length: n }, (_, i) =>
    dequantizeOutput(graph, interpret(graph, quantizeInput(graph, x.subarray(i * size, (i + 1) * size)))),
  ).flatMap((output, i) =>
    Array.from(output, (v, c) => Math.abs(Math.round((v - simulated[i * output.length + c]) / scale))),
  );
}

describe('simulation of a quantised model', () => {
  const networks = [
    ...zoo.map((architecture) => livedIn(architecture, 1)),
    ...Array.from({ length: 25 }, (_, i) => livedIn(randomArchitecture(100 + i), i)),
  ];
  for (const scheme of ['int8', 'uint8'] as Scheme[]) {
    it(`is within a few steps of the integer interpreter at the logits: ${scheme}`, async () => {
      const all: number[] = [];
      for (const network of networks) {
        const own = await steps(network, scheme, 3);
        // A hundred operations with weights never trained pass a step on enlarged: it is the mean that is held to one.
        assert.ok(Math.max(...own) <= 32, `${network.architecture.name}: ${Math.max(...own)} steps`);
        all.push(...own);
      }
      const mean = all.reduce((sum, s) => sum + s, 0) / all.length;
      assert.ok(mean < 1, `${mean} steps in the mean`);
    });
  }

  it('gives as a graph, over many batches, what it gives at once', async () => {
    const network = networks[networks.length - 1];
    const x = samplesFor(network.architecture, 66);
    const model = quantize(network, await calibrate(network, { x, n: 66 }), 'int8');
    const whole = await simulate(model, { x, n: 66 });
    const batches = await simulate(model, { x, n: 66 }, { batchSize: 4 });
    const { scale } = model.tensors.get(model.output) ?? { scale: NaN };
    const apart = whole.map((value, i) => Math.abs(value - batches[i]) / scale);
    assert.ok(Math.max(...apart) < 1.5, `${Math.max(...apart)} steps`);
  });

  it('needs no kernel that TensorFlow has on some processors only', () => {
    const child = spawnSync(process.execPath, ['-r', 'ts-node/register/transpile-only', join(__dirname, 'plain-kernels.ts')], {
      env: { ...process.env, TF_ENABLE_ONEDNN_OPTS: '0' },
      encoding: 'utf8',
    });
    assert.equal(child.stdout, '4 outputs\n', child.stderr);
  });
});
