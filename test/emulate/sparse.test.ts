import assert from 'node:assert/strict';
import { createRng } from '../../src/base';
import { boards, elements, interpret, plan } from '../../src/deploy';
import { build, findCommand, runnerFor } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomBytes } from '../support/random-graph';
import { sparseGraph } from '../support/sparse-graph';
import { skip } from '../support/skip';

describe('encoded weights on boards', function () {
  this.timeout(600_000);
  const folder = temporaryFolder();

  for (const board of [boards.host, boards.nano33, boards.pico, boards.esp32c3]) {
    it(`${board.name} gives the interpreter's bytes, and takes the ROM that was predicted`, async function () {
      const runner = runnerFor(board);
      const missing = findCommand(board.compilers) ? runner.missing() : `no ${board.compilers.join(' or ')}`;
      if (missing) skip(this, missing);
      // All numbers of positions modulo four, and zero points of both types.
      for (const [seed, [boundary, density, height, width]] of ([['int8', 0.1, 6, 4], ['uint8', 0.3, 1, 1], ['int8', 0.6, 1, 3], ['uint8', 0.03, 3, 2], ['int8', 0.02, 1, 9]] as const).entries()) {
        const rng = createRng(`sparse/${seed}`);
        const graph = sparseGraph(rng, boundary, { density, height, width, units: 30 });
        const inputs = Array.from({ length: 3 }, () => randomBytes(rng, elements(graph.tensors[0].shape))).map((x) =>
          boundary === 'int8' ? x : new Uint8Array(x.buffer),
        );
        const memory = plan(graph, board, { check: false });
        assert.deepEqual(memory.kernels.filter((kernel) => kernel !== 'copy_rows'), ['conv_1x1_sparse', 'fully_connected_sparse']);
        const firmware = await build(graph, board, folder.path, { memory });
        const { outputs } = await runner.run(firmware, inputs);
        inputs.forEach((x, i) => assert.deepEqual(outputs[i], interpret(graph, x), `network ${seed}, input ${i}`));
        const off = Math.abs(memory.romBytes - firmware.romBytes);
        assert.ok(off <= Math.max(256, firmware.romBytes / 100), `network ${seed}: predicted ${memory.romBytes} B of ROM, linked ${firmware.romBytes}`);
      }
    });
  }
});
