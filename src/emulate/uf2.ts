/**
 * UF2 images, which a Raspberry Pi Pico takes as a file dropped onto its drive (github.com/microsoft/uf2, "USB Flashing
 * Format"). The flash starts with a second-stage boot loader of 252 bytes and their checksum (RP2040 data sheet, 2.8.1).
 */
import { readFileSync } from 'node:fs';
import { check } from '../base';
import { readElf } from './elf';
import type { Firmware } from './build';

/** templates/boards/rp2040/boot2.S, assembled. */
const BOOT2 = Buffer.from(
  '0a480021816004214161094901600949f42281500021416001218160064807490860016881f3088841680847' +
    '0000001800031f00180200030001001008ed00e0',
  'hex',
);
const FLASH = 0x10000000;
const PAGE = 256;
const RP2040_FAMILY = 0xe48bff56;

/** CRC-32 without reflection and final complement: polynomial 04c11db7, start ffffffff (data sheet, 2.8.1.3.1). */
export function bootChecksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

/** The boot loader's page: code, zeros, checksum. */
function bootPage(): Uint8Array {
  const page = new Uint8Array(PAGE);
  page.set(BOOT2);
  new DataView(page.buffer).setUint32(PAGE - 4, bootChecksum(page.subarray(0, PAGE - 4)), true);
  return page;
}

/**
 * Firmware for the Pico as a UF2 file. What `build` makes talks to a debugger by semihosting, and stops without one; a
 * program of one's own, linked for the same addresses, runs alone.
 *
 * @throws ArgumentError for a board that is no RP2040; DataError for an image that is no ELF file
 */
export function uf2(firmware: Pick<Firmware, 'board' | 'image'>): Uint8Array {
  check(firmware.board.emulation.runner === 'rp2040', 'firmware.board', firmware.board.title, 'a board with an RP2040');
  const { segments } = readElf(readFileSync(firmware.image), firmware.image);
  // The segment may begin before the image with what the linker puts there: headers of the file.
  const start = firmware.board.flashOrigin;
  const end = Math.max(...segments.map(({ physicalAddress, content }) => physicalAddress + content.length));
  const flash = new Uint8Array(Math.ceil((end - FLASH) / PAGE) * PAGE);
  for (const { physicalAddress, content } of segments) flash.set(content, physicalAddress - FLASH);
  flash.fill(0, 0, start - FLASH);
  flash.set(bootPage());
  const count = flash.length / PAGE;
  const file = new Uint8Array(512 * count);
  const view = new DataView(file.buffer);
  for (let i = 0; i < count; i++) {
    // Magic numbers, "family is given", address, size, number of this block, how many, family.
    [0x0a324655, 0x9e5d5157, 0x2000, FLASH + PAGE * i, PAGE, i, count, RP2040_FAMILY].forEach((word, k) =>
      view.setUint32(512 * i + 4 * k, word, true),
    );
    file.set(flash.subarray(PAGE * i, PAGE * (i + 1)), 512 * i + 32);
    view.setUint32(512 * i + 508, 0x0ab16f30, true);
  }
  return file;
}
