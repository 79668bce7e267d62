/** What a network takes by its hyper-parameters alone, beside the plan of the network once its weights are there. */
import assert from 'node:assert/strict';
import { calibrate, keptElements, quantize, skeleton } from '../../src/compress';
import { boards, encodeSparse, lower, plan, predictCost, romRange, type Graph } from '../../src/deploy';
import { cnn1d, dsCnn, initialNetwork, lenet5, mlp, mobilenetV3Small1d, resnet8, type Network } from '../../src/nn';
import { samplesFor } from '../compress/run';

const SAMPLES = 4;
const schemes = ['int8', 'uint8'] as const;
const targets = [boards.pico, boards.nano33];

async function quantised(network: Network, scheme: (typeof schemes)[number]): Promise<Graph> {
  return lower(quantize(network, await calibrate(network, { x: samplesFor(network.architecture, SAMPLES), n: SAMPLES }), scheme));
}

describe('costs known before training', function () {
  this.timeout(60_000);

  it('are those after quantisation, to the byte where layers get the usual kernels, else within the range told', async () => {
    const models = [
      resnet8({ inputShape: [8, 8, 3], classes: 4, width: 0.5 }),
      dsCnn({ inputShape: [20, 10, 1], classes: 4, width: 0.25 }),
      mobilenetV3Small1d({ inputShape: [32, 6], classes: 4, width: 0.25 }),
      cnn1d({ inputShape: [32, 6], classes: 4 }),
      mlp({ inputShape: [12], classes: 4 }),
    ];
    let [equal, all] = [0, 0];
    for (const architecture of models) {
      for (const scheme of schemes) {
        const graph = await quantised(initialNetwork(architecture), scheme);
        const blank = lower(skeleton(architecture, scheme));
        for (const board of targets) {
          const before = predictCost(skeleton(architecture, scheme), board);
          const after = plan(graph, board, { check: false });
          const what = `${architecture.name}, ${scheme}, ${board.name}`;
          const range = romRange(blank, board);
          assert.ok(range.least <= after.romBytes && after.romBytes <= range.most, `${what}: ${after.romBytes} B of ROM, told ${range.least} to ${range.most}`);
          assert.equal(before.macs, after.macs, what);
          all++;
          const kernels = (of: Graph): string[] => plan(of, board, { check: false, tries: 0 }).steps.map(({ kernel }) => kernel);
          if (kernels(blank).join() !== kernels(graph).join()) continue;
          equal++;
          assert.deepEqual([before.romBytes, before.ramBytes], [after.romBytes, after.ramBytes], `${what}: ROM and RAM, B`);
        }
      }
    }
    assert.ok(equal >= all - 2, `the usual kernels apply to ${equal} of ${all}`);
  });

  it('are bounds where a pass encodes sparse weights: never less than what comes out', async () => {
    for (const architecture of [lenet5({ inputShape: [12, 12, 1], classes: 4 }), mlp({ inputShape: [48], classes: 4, hidden: [96, 64] })]) {
      const network = initialNetwork(architecture);
      for (const weights of network.weights.values()) {
        const kernel = (weights as { kernel?: Float32Array }).kernel;
        kernel?.forEach((_, i) => (kernel[i] = i % 8 === 0 ? kernel[i] : 0));
      }
      for (const scheme of schemes) {
        const graph = await quantised(network, scheme);
        for (const board of targets) {
          const model = skeleton(architecture, scheme);
          const [dense, known] = [predictCost(model, board), predictCost(model, board, [encodeSparse])];
          assert.deepEqual(known, dense);
          const after = plan(encodeSparse(graph, board), board, { check: false });
          const few = predictCost(skeleton(architecture, scheme, keptElements(architecture, 0.875)), board, [encodeSparse]);
          assert.ok(few.romBytes < dense.romBytes, 'where the number of zeros is known, so is something of what they save');
          assert.ok(few.romBytes >= after.romBytes && few.ramBytes >= after.ramBytes, `${scheme}, ${board.name}: ${few.romBytes}, got ${after.romBytes}`);
          assert.ok(after.romBytes < plan(graph, board, { check: false }).romBytes, `${scheme}, ${board.name}: nothing was encoded`);
          assert.ok(known.romBytes >= after.romBytes && known.ramBytes >= after.ramBytes, `${scheme}, ${board.name}`);
        }
      }
    }
  });
});
