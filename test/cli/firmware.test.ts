import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentError } from '../../src/base';
import { createProgram } from '../../src/cli';
import { boards, exportTflite } from '../../src/deploy';
import { findCommand } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { everyOperator } from '../support/mutate-tflite';

describe('command line: firmware', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const paretino = async (...words: string[]): Promise<string> => {
    const write = process.stdout.write;
    let said = '';
    process.stdout.write = ((text: string) => {
      said += text;
      return true;
    }) as typeof process.stdout.write;
    try {
      await createProgram().parseAsync(['firmware', ...words], { from: 'user' });
    } finally {
      process.stdout.write = write;
    }
    return said;
  };
  const model = (): string => folder.write('model.tflite', exportTflite(everyOperator()));

  it('tells what a model takes, builds it and runs it', async function () {
    const told = JSON.parse(await paretino(model(), '--board', 'nano33', '--json')) as [Record<string, number>];
    assert.ok(told[0]['flash, B'] > told[0]['of it constants, B']);
    assert.ok(told[0]['RAM, B'] >= told[0]['of it arena, B']);
    if (!findCommand(boards.host.compilers)) {
      console.log('      skipped: no host compiler');
      this.skip();
    }
    const out = join(folder.path, 'firmware');
    const [row] = JSON.parse(await paretino(model(), '--board', 'host', '--out', out, '--run', '--json')) as [{ image: string }];
    assert.ok(existsSync(row.image));
  });

  it('writes a sketch folder', async () => {
    const out = join(folder.path, 'sketches');
    await paretino(model(), '--board', 'nano33', '--out', out, '--arduino');
    assert.match(readFileSync(join(out, 'model', 'model.ino'), 'utf8'), /#include "model\.h"/);
  });

  it('names what is wrong', async () => {
    await assert.rejects(paretino(model(), '--board', 'abacus'), /board: got 'abacus', wanted .*pico/);
    await assert.rejects(paretino(model(), '--run'), ArgumentError);
    await assert.rejects(paretino(folder.write('bad.tflite', 'not a model')), /bad\.tflite/);
  });
});
