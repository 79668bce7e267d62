/** Networks whose first layers are done part by part, on every kind of board: the bytes of the network that is whole. */
import assert from 'node:assert/strict';
import { createRng } from '../../src/base';
import { boards, elements, interpret, plan, type Graph } from '../../src/deploy';
import { build, findCommand, runnerFor } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomBytes, randomGraph } from '../support/random-graph';
import { randomSplit } from '../support/random-split';
import { skip } from '../support/skip';

/** Networks a board. */
const NETWORKS = Number(process.env.PARETINO_RANDOM_NETWORKS ?? 4);

/** The first random networks that can be cut. */
function networks(): { graph: Graph; split: Graph; inputs: Int8Array[] }[] {
  const found: { graph: Graph; split: Graph; inputs: Int8Array[] }[] = [];
  for (let seed = 0; found.length < NETWORKS; seed++) {
    const rng = createRng(`patches/${seed}`);
    const graph = randomGraph(rng, 5, 'int8');
    const split = randomSplit(rng, graph);
    if (!split || split.ops.length < graph.ops.length + 6) continue;
    found.push({ graph, split, inputs: [0, 1, 2].map(() => randomBytes(rng, elements(graph.tensors[graph.input].shape))) });
  }
  return found;
}

describe('emulate: patch-wise execution', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();

  for (const board of [boards.host, boards.pico, boards.nano33, boards.pico2, boards.esp32c3]) {
    it(`${board.name}: the bytes of the whole network, and the memory that was predicted`, async function () {
      const runner = runnerFor(board);
      const missing = findCommand(board.compilers) ? runner.missing() : `no ${board.compilers.join(' or ')}`;
      if (missing) skip(this, missing);
      for (const { graph, split, inputs } of networks()) {
        const memory = plan(split, board, { check: false });
        const firmware = await build(split, board, folder.path, { memory });
        const { outputs } = await runner.run(firmware, inputs);
        inputs.forEach((input, i) => assert.deepEqual(outputs[i], interpret(graph, input)));
        assert.equal(firmware.ramBytes, board === boards.host ? memory.arenaBytes : memory.ramBytes);
      }
    });
  }
});
