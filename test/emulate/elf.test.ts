import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { createRng, DataError } from '../../src/base';
import { boards } from '../../src/deploy';
import { build, findCommand, readElf } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomGraph } from '../support/random-graph';
import { skip } from '../support/skip';

/** A file with one section of content, one without, and one segment, field by field after the specification. */
function elfFile(): Uint8Array {
  const bytes = new Uint8Array(52 + 32 + 3 * 40 + 16 + 8);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  const [programs, sections, names, content] = [52, 84, 204, 220];
  view.setUint32(28, programs, true);
  view.setUint32(32, sections, true);
  [[42, 32], [44, 1], [46, 40], [48, 3], [50, 0]].forEach(([at, value]) => view.setUint16(at, value, true));
  [1, content, 0x20000000, 0x10000100, 8].forEach((value, i) => view.setUint32(programs + 4 * i, value, true));
  bytes.set(Buffer.from('\0.text\0.bss\0'), names);
  const section = (i: number, fields: number[]): void => fields.forEach((value, k) => view.setUint32(sections + 40 * i + 4 * k, value, true));
  section(0, [0, 3, 0, 0, names, 16]);
  section(1, [1, 1, 2, 0x10000100, content, 8]);
  section(2, [7, 8, 2, 0x20000000, content, 64]);
  bytes.set([1, 2, 3, 4, 5, 6, 7, 8], content);
  return bytes;
}

describe('emulate/elf', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();

  it('reads sections and segments', () => {
    const { sections, segments } = readElf(elfFile(), 'small.elf');
    assert.deepEqual(sections, [
      { name: '.text', address: 0x10000100, size: 8, hasContent: true },
      { name: '.bss', address: 0x20000000, size: 64, hasContent: false },
    ]);
    assert.equal(segments.length, 1);
    assert.equal(segments[0].physicalAddress, 0x10000100);
    assert.deepEqual([...segments[0].content], [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('names the file and the byte wherever it is cut off', () => {
    const whole = elfFile();
    for (let length = 0; length < whole.length; length++) {
      assert.throws(
        () => readElf(whole.subarray(0, length), 'cut.elf'),
        (error) => error instanceof DataError && error.message.includes('cut.elf'),
        `cut off after ${length} bytes`,
      );
    }
  });

  it('answers any damage with a DataError or a reading', () => {
    const whole = elfFile();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), (changes) => {
        const damaged = whole.slice();
        for (const [at, value] of changes) damaged[at] = value;
        try {
          readElf(damaged, 'damaged.elf');
        } catch (error) {
          assert.ok(error instanceof DataError, String(error));
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('an image of the compiler reads alike; cut off in the middle it does not', async function () {
    if (!findCommand(boards.nano33.compilers)) skip(this, 'no arm-none-eabi-gcc');
    const { image } = await build(randomGraph(createRng(1), 3, 'int8'), boards.nano33, folder.path);
    const bytes = readFileSync(image);
    const { sections, segments } = readElf(bytes, image);
    assert.deepEqual(sections.map(({ name }) => name).filter((name) => /text|bss|stack/.test(name)), ['.text', '.bss', '.stack']);
    assert.ok(segments.length >= 1);
    assert.throws(() => readElf(bytes.subarray(0, bytes.length >> 1), image), DataError);
  });
});
