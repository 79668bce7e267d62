import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRng } from '../../src/base';
import { boards, emitArduino, plan } from '../../src/deploy';
import { findCommand, runProcess, writeFirmware } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomGraph } from '../support/random-graph';

/** As much of Arduino's core as a sketch sees here. */
const ARDUINO = `#include <stddef.h>
#include <stdint.h>
struct Port { void begin(long); int available(); int read(); size_t write(const uint8_t *, size_t); };
extern Port Serial;
`;

describe('deploy/emit an Arduino sketch', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const graph = randomGraph(createRng('arduino'), 8, 'uint8');
  const files = emitArduino(graph, plan(graph, boards.nano33), boards.nano33);

  it('is one folder named like the sketch, without start-up code of its own', () => {
    const sketch = [...files.keys()].find((path) => path.endsWith('.ino')) as string;
    const name = dirname(sketch);
    assert.equal(sketch, `${name}/${name}.ino`);
    for (const path of files.keys()) assert.equal(dirname(path), name);
    for (const text of files.values()) assert.doesNotMatch(text, /Reset|bkpt|int main/);
  });

  it('compiles for the board: the sketch as C++, the rest as C', async function () {
    const [c, cpp] = ['arm-none-eabi-gcc', 'arm-none-eabi-g++'].map((command) => findCommand([command]));
    if (!c || !cpp) {
      console.log('      skipped: no arm-none-eabi-gcc or no arm-none-eabi-g++');
      return this.skip();
    }
    writeFirmware(files, folder.path);
    const sketch = [...files.keys()].find((path) => path.endsWith('.ino')) as string;
    const cwd = join(folder.path, dirname(sketch));
    writeFileSync(join(cwd, 'Arduino.h'), ARDUINO);
    const flags = [...boards.nano33.flags, '-Wall', '-Wextra', '-Werror', '-O2', '-ffreestanding', '-c'];
    const asCpp = ['-x', 'c++', '-include', 'Arduino.h', join(folder.path, sketch), '-o', 'sketch.o'];
    const asC = [...files.keys()].filter((path) => path.endsWith('.c')).map((path) => join(folder.path, path));
    for (const [compiler, args] of [[cpp, asCpp], [c, asC]] as const) {
      const { code, stderr } = await runProcess(compiler, [...flags, ...args], { cwd });
      assert.equal(code, 0, stderr);
    }
  });
});
