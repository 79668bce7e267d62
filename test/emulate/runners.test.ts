/** What the runners do when firmware fails, hangs or is interrupted. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { CancelledError, createRng, DataError, ParetinoError } from '../../src/base';
import { boards, elements, interpret, type Board, type Graph } from '../../src/deploy';
import { build, compilerOf, findCommand, hostRunner, readElf, runnerFor, runProcess, type Firmware } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomBytes, randomGraph } from '../support/random-graph';
import { skip } from '../support/skip';

const UNDEFINED_INSTRUCTION = 0xde00;
const BRANCH_TO_ITSELF = 0xe7fe;

function inputOf(graph: Graph): Int8Array {
  return randomBytes(createRng(1), elements(graph.tensors[graph.input].shape));
}

/** The firmware with the first instruction after reset replaced. */
function sabotaged(firmware: Firmware, instruction: number): Firmware {
  const bytes = Uint8Array.from(readFileSync(firmware.image));
  const { segments } = readElf(bytes, firmware.image);
  const at = (address: number): DataView => {
    const segment = segments.find(({ physicalAddress: from, content }) => from <= address && address < from + content.length);
    assert.ok(segment);
    return new DataView(bytes.buffer, segment.content.byteOffset + address - segment.physicalAddress);
  };
  const reset = at(firmware.board.flashOrigin + 4).getUint32(0, true) & ~1;
  at(reset).setUint16(0, instruction, true);
  const image = `${firmware.image}.sabotaged`;
  writeFileSync(image, bytes);
  return { ...firmware, image };
}

describe('emulate/runners', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const graph = randomGraph(createRng(5), 2, 'int8');

  for (const board of [boards.pico, boards.nano33]) {
    const missing = (): string | undefined => (findCommand(board.compilers) ? runnerFor(board).missing() : `no ${board.compilers.join(' or ')}`);
    const needs = (test: Mocha.Context): void => {
      if (missing()) skip(test, missing());
    };

    it(`${board.name}: a fault is an error that names the board`, async function () {
      needs(this);
      const firmware = sabotaged(await build(graph, board, folder.path), UNDEFINED_INSTRUCTION);
      await assert.rejects(
        runnerFor(board).run(firmware, [inputOf(graph)]),
        (error) => error instanceof ParetinoError && error.message.includes(board.title),
      );
    });

    it(`${board.name}: what never ends is stopped by its signal`, async function () {
      needs(this);
      const firmware = sabotaged(await build(graph, board, folder.path), BRANCH_TO_ITSELF);
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 200);
      await assert.rejects(runnerFor(board).run(firmware, [inputOf(graph)], { signal: stop.signal }), CancelledError);
    });

    it(`${board.name}: an image cut off is named`, async function () {
      needs(this);
      const firmware = await build(graph, board, folder.path);
      writeFileSync(firmware.image, readFileSync(firmware.image).subarray(0, 60));
      await assert.rejects(runnerFor(board).run(firmware, [inputOf(graph)]), DataError);
    });

    it(`${board.name}: the folder may be relative, as notebooks have it`, async function () {
      needs(this);
      const firmware = await build(graph, board, relative(process.cwd(), folder.path));
      const report = await runnerFor(board).run(firmware, [inputOf(graph)]);
      assert.deepEqual(report.outputs, [interpret(graph, inputOf(graph))]);
    });

    it(`${board.name}: reports what the firmware cost, and the same the second time`, async function () {
      needs(this);
      const firmware = await build(graph, board, folder.path);
      const [first, second] = [
        await runnerFor(board).run(firmware, [inputOf(graph)]),
        await runnerFor(board).run(firmware, [inputOf(graph)]),
      ];
      assert.deepEqual(first, second);
      assert.ok((first.instructions ?? 0) > 0 && (first.stackBytes ?? 0) > 0);
      assert.equal(first.perStep?.length, firmware.memory.steps.length);
      assert.ok(first.perStep.every(({ cost }) => cost > 0));
    });
  }

  it('host: a program that ends with an error, and one that never ends', async function () {
    if (hostRunner.missing()) skip(this, hostRunner.missing());
    const firmware = await build(graph, boards.host, folder.path);
    const script = (text: string): Firmware => {
      const image = folder.write('program.sh', `#!/bin/sh\n${text}\n`);
      chmodSync(image, 0o755);
      return { ...firmware, image };
    };
    await assert.rejects(hostRunner.run(script('echo broken >&2; exit 3'), [inputOf(graph)]), /ended with 3: broken/);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    await assert.rejects(hostRunner.run(script('exec sleep 600'), [inputOf(graph)], { signal: stop.signal }), CancelledError);
  });

  it('a process that exceeds its time, and one that is not there', async () => {
    await assert.rejects(runProcess(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { timeoutMs: 100 }), /did not end within 0.1 s/);
    await assert.rejects(runProcess(`${folder.path}/nothing`, []), /could not be started/);
    const gone = AbortSignal.abort();
    await assert.rejects(runProcess(process.execPath, ['-e', ''], { signal: gone }), CancelledError);
  });

  it('a board whose compiler is missing, and firmware for another runner', async () => {
    const board: Board = { ...boards.nano33, compilers: ['no-such-compiler'] };
    assert.throws(() => compilerOf(board), /no-such-compiler.*apt-get install/);
    const other = { board: boards.pico } as Firmware;
    await assert.rejects(runnerFor(boards.nano33).run(other, []), /does not run on QEMU/);
  });

  it('the compiler\'s complaint reaches the user', async function () {
    if (hostRunner.missing()) this.skip();
    const board: Board = { ...boards.host, flags: ['-DPARETINO_H'] };
    await assert.rejects(build(graph, board, folder.path), (error) => error instanceof ParetinoError && /could not build.*\n.*error/s.test(error.message));
  });
});
