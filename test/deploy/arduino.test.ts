import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createRng } from '../../src/base';
import { boards, elements, emit, emitArduino, interpret, linkFlags, plan } from '../../src/deploy';
import { findCommand, memoryOf, readElf, runnerFor, runProcess, writeFirmware } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomBytes, randomGraph } from '../support/random-graph';
import { skip } from '../support/skip';

/** As much of Arduino's core as a sketch sees here: a serial port that reads the file "in" and writes the file "out". */
const ARDUINO = `#pragma once
#include <stddef.h>
#include <stdint.h>
struct Port { void begin(long); int available(); int read(); size_t write(const uint8_t *, size_t); };
extern Port Serial;
void setup();
void loop();
`;

const CORE = `#include "Arduino.h"
#include "semihosting.h"

Port Serial;
static uint32_t in, out;
static int next = -1;

static int receive() {
  uint8_t byte;
  return semihosting_transfer(0x06, in, &byte, 1) == 0 ? byte : -1;
}
void Port::begin(long) {
  in = semihosting_open("in", 2, 1);
  out = semihosting_open("out", 3, 5);
  next = receive();
}
int Port::available() { return next >= 0; }
int Port::read() {
  const int now = next;
  next = receive();
  return now;
}
size_t Port::write(const uint8_t *bytes, size_t count) { return count - semihosting_transfer(0x05, out, bytes, count); }

int main() {
  setup();
  while (next >= 0) loop();
  loop();
  return 0;
}
`;

/** What Arduino's core for this board compiles with (ArduinoCore-mbed, variants/ARDUINO_NANO33BLE). */
const CORE_FLAGS = [
  '-Os', '-Wall', '-Wextra', '-Werror', '-mcpu=cortex-m4', '-mthumb', '-mfloat-abi=softfp', '-mfpu=fpv4-sp-d16',
  '-funsigned-char', '-fno-exceptions', '-ffunction-sections', '-fdata-sections', '-fomit-frame-pointer',
];

/** Sketch specification: letters, digits, _ . and -, the first of them no . or -, the last no ., 63 at most. */
const SKETCH_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,61}[A-Za-z0-9_-]$/;

describe('deploy/emit an Arduino sketch', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const board = boards.nano33;
  const graph = randomGraph(createRng('arduino'), 8, 'uint8');
  const memory = plan(graph, board);
  const files = emitArduino(graph, memory, board);
  const sketch = [...files.keys()].find((path) => path.endsWith('.ino')) as string;

  it('is one folder named like the sketch, without start-up code of its own', () => {
    const name = dirname(sketch);
    assert.equal(sketch, `${name}/${name}.ino`);
    for (const path of files.keys()) assert.equal(dirname(path), name);
    for (const text of files.values()) assert.doesNotMatch(text, /Reset|bkpt|int main/);
  });

  it('has names that Arduino allows, whatever the network is called', () => {
    for (const name of ['../../etc', 'é', '', 'a'.repeat(200), 'x.ino', '-.-', '9 lives', 'main', 'add', 'Arduino']) {
      const paths = [...emitArduino({ ...graph, name }, memory, board).keys()];
      const [first] = paths.filter((path) => path.endsWith('.ino'));
      assert.equal(first, `${dirname(first)}/${dirname(first)}.ino`);
      for (const path of paths) for (const part of [dirname(path), basename(path)]) assert.match(part, SKETCH_NAME);
      assert.equal(new Set(paths.map((path) => path.toLowerCase())).size, paths.length);
      assert.ok(!paths.includes(`${dirname(first)}/Arduino.h`), name);
    }
  });

  it('runs on the board\'s core, built as Arduino builds it: the interpreter\'s bytes', async function () {
    const [c, cpp] = ['arm-none-eabi-gcc', 'arm-none-eabi-g++'].map((command) => findCommand([command]));
    const runner = runnerFor(board);
    const missing = c && cpp ? runner.missing() : 'no arm-none-eabi-gcc or no arm-none-eabi-g++';
    if (!c || !cpp || missing) skip(this, missing);
    writeFirmware(files, folder.path);
    const cwd = join(folder.path, dirname(sketch));
    const startUp = [...emit(graph, memory, board)].filter(([name]) => /^(startup\.c|link\.ld|semihosting.*)$/.test(name));
    // Arduino makes C++ of a sketch, behind its header.
    const asCpp = `${basename(sketch)}.cpp`;
    const core: [string, string][] = [['Arduino.h', ARDUINO], ['core.cpp', CORE], [asCpp, `#include <Arduino.h>\n${files.get(sketch)}`]];
    writeFirmware(new Map([...startUp, ...core]), cwd);
    const asC = [...files.keys()].map((path) => basename(path)).filter((name) => name.endsWith('.c'));
    const objects = [...asC, 'startup.c', asCpp, 'core.cpp'].map((name) => name.replace(/\.\w+$/, '.o'));
    for (const [compiler, args] of [
      [c, ['-c', '-std=gnu11', '-fno-tree-loop-distribute-patterns', ...asC, 'startup.c']],
      [cpp, ['-c', '-std=gnu++14', '-fno-rtti', '-I.', asCpp, 'core.cpp']],
      [c, [...objects, '-o', 'sketch.elf', ...linkFlags(board)]],
    ] as const) {
      const { code, stderr } = await runProcess(compiler, [...CORE_FLAGS, ...args], { cwd });
      assert.equal(code, 0, stderr);
    }
    const image = join(cwd, 'sketch.elf');
    const sizes = memoryOf(readElf(readFileSync(image), image).sections);
    const rng = createRng('arduino/inputs');
    const inputs = [0, 1, 2].map(() => new Uint8Array(randomBytes(rng, elements(graph.tensors[graph.input].shape)).buffer));
    const { outputs } = await runner.run({ board, graph, memory, folder: cwd, image, inputs: [], ...sizes }, inputs);
    inputs.forEach((input, i) => assert.deepEqual(outputs[i], interpret(graph, input)));
  });
});
