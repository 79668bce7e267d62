import assert from 'node:assert/strict';
import { skeleton } from '../../src/compress';
import { boards, latencyOf, lower, plan, predictCost, predictLatency, stepCost, latencyModelOf } from '../../src/deploy';
import codeSizes from '../../src/deploy/predict/code-size-table.json';
import table from '../../src/deploy/predict/latency-table.json';
import { build, findCommand, runnerFor } from '../../src/emulate';
import { mobilenetV3Small1d, resnet8 } from '../../src/nn';
import { temporaryFolder } from '../support/folder';
import { skip } from '../support/skip';

describe('latency and energy', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const model = skeleton(mobilenetV3Small1d({ inputShape: [80, 5], classes: 4, width: 0.3 }), 'int8');

  it('have coefficients for every kernel of every core', () => {
    for (const [core, { parts }] of Object.entries(codeSizes.cores)) {
      const measured = (table.cores as Record<string, { kernels: Record<string, number[]> }>)[core];
      assert.ok(measured, `${core}: npx ts-node -T bench/latency.ts --write`);
      const missing = Object.keys(parts).filter((kernel) => !kernel.startsWith('run') && !measured.kernels[kernel]?.some((value) => value > 0));
      assert.deepEqual(missing, [], `${core}: npx ts-node -T bench/latency.ts --write`);
    }
  });

  it('are sums over the steps, cost over clock, and time times power', () => {
    const graph = lower(model);
    const { steps } = plan(graph, boards.nano33);
    const own = latencyModelOf(boards.nano33)!;
    const { cost, unit, cycles, seconds, joules } = predictLatency(graph, { steps }, boards.nano33);
    assert.equal(unit, 'instructions');
    assert.ok(Math.abs(cost - steps.reduce((sum, step) => sum + stepCost(graph, step, own), 0)) < 1e-6 * cost);
    assert.equal(cycles, cost * boards.nano33.cyclesPerInstruction!.value);
    assert.equal(seconds, cycles / 64e6);
    assert.equal(joules, seconds * boards.nano33.activePower!.watts);
    assert.deepEqual(latencyOf(133e6, 'cycles', { ...boards.pico, activePower: undefined }), { cost: 133e6, unit: 'cycles', cycles: 133e6, seconds: 1, joules: undefined });
    assert.deepEqual([predictCost(model, boards.nano33).seconds, predictCost(model, boards.nano33).joules], [seconds, joules]);
    assert.equal(predictCost(model, boards.host).seconds, undefined);
  });

  it('say where they have nothing to say', () => {
    const graph = lower(model);
    const memory = plan(graph, boards.host);
    assert.throws(() => predictLatency(graph, memory, boards.host), /board: got 'host', wanted one whose core has been measured/);
    assert.throws(() => predictLatency(graph, memory, { ...boards.pico, kernels: 'portable' }), /board: got 'pico'/);
    assert.throws(() => stepCost(graph, memory.steps[0], { unit: 'cycles', kernels: {} }), /kernel: got '/);
  });

  for (const board of [boards.nano33, boards.esp32c3, boards.pico]) {
    it(`are within 15 % of what ${board.name} takes, emulated, on networks that the fit has not seen`, async function () {
      const runner = runnerFor(board);
      const missing = findCommand(board.compilers) ? runner.missing() : `no ${board.compilers.join(' or ')}`;
      if (missing) skip(this, missing);
      for (const own of [model, skeleton(resnet8({ inputShape: [14, 18, 2], classes: 7, width: 0.3 }), 'int8')]) {
        const graph = lower(own);
        const firmware = await build(graph, board, folder.path);
        const report = await runner.run(firmware, [new Int8Array(graph.tensors[graph.input].shape.reduce((a, b) => a * b, 1))]);
        const counted = report.cycles ?? report.instructions ?? NaN;
        const { cost } = predictLatency(graph, firmware.memory, board);
        assert.ok(Math.abs(cost / counted - 1) < 0.15, `${graph.name}: ${counted}, predicted ${cost}`);
      }
    });
  }
});
