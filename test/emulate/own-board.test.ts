/** A board that a notebook defines for itself: one value, with no line anywhere else. */
import assert from 'node:assert/strict';
import { createRng } from '../../src/base';
import { boards, DoesNotFitError, elements, interpret, plan, type Board } from '../../src/deploy';
import { build, findCommand, runnerFor } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomBytes, randomGraph } from '../support/random-graph';
import { skip } from '../support/skip';

/** A Cortex-M3 with 64 KB of flash and 20 KB of RAM: an STM32F103C8 by its data sheet (DS5319, table 2). */
const bluePill: Board = {
  name: 'blue-pill',
  title: 'STM32F103C8 board',
  core: 'cortex-m3',
  clockHz: 72e6,
  flashBytes: 64 * 1024,
  ramBytes: 20 * 1024,
  flashOrigin: 0,
  ramOrigin: 0x20000000,
  compilers: ['arm-none-eabi-gcc'],
  flags: ['-mcpu=cortex-m3', '-mthumb'],
  template: 'cortex-m',
  stackBytes: 2048,
  emulation: {
    runner: 'qemu',
    emulator: 'qemu-system-arm',
    arguments: ['-M', 'mps2-an385'],
    counter: { kind: 'cmsdk', address: 0x40000000, hz: 25e6 },
  },
};

describe('a board of one\'s own', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  it('plans, builds and runs with the interpreter\'s bytes', async function () {
    const runner = runnerFor(bluePill);
    const missing = findCommand(bluePill.compilers) ? runner.missing() : 'no arm-none-eabi-gcc';
    if (missing) skip(this, missing);
    for (let seed = 0; seed < 3; seed++) {
      const rng = createRng(`own board ${seed}`);
      const graph = randomGraph(rng, 6, 'int8');
      const inputs = [0, 1].map(() => randomBytes(rng, elements(graph.tensors[graph.input].shape)));
      const firmware = await build(graph, bluePill, folder.path);
      const { outputs, instructions } = await runner.run(firmware, inputs);
      inputs.forEach((input, i) => assert.deepEqual(outputs[i], interpret(graph, input)));
      assert.ok((instructions ?? 0) > 0);
    }
  });

  it('its limits hold', () => {
    const graph = randomGraph(createRng(1), 3, 'int8');
    assert.throws(() => plan(graph, { ...bluePill, flashBytes: 1024 }), DoesNotFitError);
    assert.throws(() => plan(graph, { ...bluePill, ramBytes: 2048 }), DoesNotFitError);
  });

  it('boards of the catalogue have names, limits and sources of their own', () => {
    const all = Object.values(boards);
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    for (const board of all.filter(({ core }) => core !== 'host')) {
      assert.match(board.name, /^[a-z][a-z0-9-]*$/);
      assert.ok(board.flashBytes > 0 && board.ramBytes > board.stackBytes && board.clockHz > 0, board.name);
      assert.notEqual(board.emulation.runner, 'host');
    }
  });
});
