import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentError } from '../../src/base';
import { boards, exportTflite } from '../../src/deploy';
import { findCommand } from '../../src/emulate';
import { paretino } from '../support/command-line';
import { temporaryFolder } from '../support/folder';
import { everyOperator } from '../support/mutate-tflite';
import { skip } from '../support/skip';

describe('command line: firmware', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const firmware = (...words: string[]): Promise<string> => paretino('firmware', ...words);
  const model = (): string => folder.write('model.tflite', exportTflite(everyOperator()));

  it('tells what a model takes, builds it and runs it', async function () {
    const told = JSON.parse(await firmware(model(), '--board', 'nano33', '--json')) as [Record<string, number>];
    assert.ok(told[0]['flash, B'] > told[0]['of it constants, B']);
    assert.ok(told[0]['RAM, B'] >= told[0]['of it arena, B']);
    if (!findCommand(boards.host.compilers)) skip(this, 'no host compiler');
    const out = join(folder.path, 'firmware');
    const [row] = JSON.parse(await firmware(model(), '--board', 'host', '--out', out, '--run', '--json')) as [{ image: string }];
    assert.ok(existsSync(row.image));
  });

  it('writes a sketch folder', async () => {
    const out = join(folder.path, 'sketches');
    await firmware(model(), '--board', 'nano33', '--out', out, '--arduino');
    assert.match(readFileSync(join(out, 'model', 'model.ino'), 'utf8'), /#include "model\.h"/);
  });

  it('names what is wrong', async () => {
    await assert.rejects(firmware(model(), '--board', 'abacus'), /--board: got 'abacus', wanted .*pico/);
    await assert.rejects(firmware(model(), '--run'), ArgumentError);
    await assert.rejects(firmware(folder.write('bad.tflite', 'not a model')), /bad\.tflite/);
  });
});
