import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentError, createRng } from '../../src/base';
import { boards } from '../../src/deploy';
import { bootChecksum, build, findCommand, readElf, runProcess, uf2 } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomGraph } from '../support/random-graph';
import { skip } from '../support/skip';

const FLASH = 0x10000000;

/** What a boot ROM reads from the file: flash from its start. */
function flashOf(file: Uint8Array): Uint8Array {
  const view = new DataView(file.buffer);
  const flash = new Uint8Array(file.length / 2);
  for (let at = 0; at < file.length; at += 512) {
    const [first, second, flags, address, size, number, count, family] = Array.from({ length: 8 }, (_, i) => view.getUint32(at + 4 * i, true));
    assert.deepEqual([first, second, view.getUint32(at + 508, true)], [0x0a324655, 0x9e5d5157, 0x0ab16f30]);
    assert.deepEqual([flags, size, number, count, family], [0x2000, 256, at / 512, file.length / 512, 0xe48bff56]);
    flash.set(file.subarray(at + 32, at + 32 + size), address - FLASH);
  }
  return flash;
}

describe('emulate/uf2', function () {
  this.timeout(60_000);
  const folder = temporaryFolder();
  const needsCompiler = (test: Mocha.Context): void => {
    if (findCommand(boards.pico.compilers)) return;
    skip(test, 'no arm-none-eabi-gcc');
  };

  it('has the checksum of the data sheet: CRC-32/MPEG-2, whose check value is known', () => {
    assert.equal(bootChecksum(Buffer.from('123456789')), 0x0376e6e7);
  });

  it('holds the image behind a boot loader with a right checksum', async function () {
    needsCompiler(this);
    const firmware = await build(randomGraph(createRng(1), 4, 'int8'), boards.pico, folder.path);
    const flash = flashOf(uf2(firmware));
    assert.equal(new DataView(flash.buffer).getUint32(252, true), bootChecksum(flash.subarray(0, 252)));
    const { segments } = readElf(readFileSync(firmware.image), firmware.image);
    for (const { physicalAddress, content } of segments) {
      const from = Math.max(physicalAddress, boards.pico.flashOrigin);
      const wanted = Uint8Array.from(content.subarray(from - physicalAddress));
      assert.deepEqual(flash.slice(from - FLASH, physicalAddress + content.length - FLASH), wanted);
    }
  });

  it('the boot loader is its source, and starts the image on the emulated chip', async function () {
    needsCompiler(this);
    const compiler = findCommand(boards.pico.compilers) as string;
    const object = join(folder.path, 'boot2.elf');
    const source = join(__dirname, '..', '..', 'templates', 'boards', 'rp2040', 'boot2.S');
    const { code, stderr } = await runProcess(compiler, ['-mcpu=cortex-m0plus', '-nostdlib', '-Wl,-Ttext=0x20041f00,-e,0', source, '-o', object]);
    assert.equal(code, 0, stderr);
    const assembled = readElf(readFileSync(object), object).segments.find(({ physicalAddress, content }) => physicalAddress + content.length > 0x20041f00);
    assert.ok(assembled);
    const text = assembled.content.slice(0x20041f00 - assembled.physicalAddress);
    const firmware = await build(randomGraph(createRng(1), 4, 'int8'), boards.pico, folder.path);
    const flash = flashOf(uf2(firmware));
    assert.deepEqual([...flash.subarray(0, text.length)], [...text]);

    const { RP2040 } = await import('rp2040js');
    const mcu = new RP2040();
    mcu.flash.set(flash, 0);
    // As the boot ROM does: the first page to SRAM, and a jump there.
    for (let i = 0; i < 256; i++) mcu.writeUint8(0x20041f00 + i, flash[i]);
    mcu.core.SP = 0x20041f00;
    mcu.core.PC = 0x20041f00;
    let stoppedAt = 0;
    mcu.onBreak = (number) => {
      assert.equal(number, 0xab);
      stoppedAt = mcu.core.PC;
    };
    for (let i = 0; i < 100_000 && stoppedAt === 0; i++) mcu.core.executeInstruction();
    assert.ok(stoppedAt > boards.pico.flashOrigin && stoppedAt < FLASH + flash.length, 'the harness never called its debugger');
    assert.equal(mcu.core.VTOR, boards.pico.flashOrigin);
  });

  it('is for the RP2040 only', () => {
    assert.throws(() => uf2({ board: boards.nano33, image: 'none' }), ArgumentError);
  });

  it('the project\'s own Makefile builds the same program', async function () {
    needsCompiler(this);
    const make = findCommand(['make', 'gmake']);
    if (!make) skip(this, 'no make');
    for (const board of [boards.pico, boards.nano33]) {
      const firmware = await build(randomGraph(createRng(1), 4, 'int8'), board, join(folder.path, board.name));
      const built = readElf(readFileSync(firmware.image), firmware.image).segments;
      assert.equal((await runProcess(make, ['clean'], { cwd: firmware.folder })).code, 0);
      const { code, stderr } = await runProcess(make, [], { cwd: firmware.folder });
      assert.equal(code, 0, stderr);
      assert.deepEqual(readElf(readFileSync(firmware.image), firmware.image).segments, built);
    }
  });
});
