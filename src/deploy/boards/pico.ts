import type { Board } from './board';

/**
 * Raspberry Pi Pico. RP2040 data sheet, sections 1.1 (133 MHz), 2.6 (memory: 264 KB in one piece from 0x20000000) and 5.7
 * (power; CoreMark on both cores, typical); Pico data sheet, section 1 (2 MB flash).
 */
export const pico: Board = {
  name: 'pico',
  title: 'Raspberry Pi Pico (RP2040)',
  core: 'cortex-m0plus',
  clockHz: 133e6,
  // The first 256 B hold the second-stage boot loader.
  flashBytes: 2 * 1024 * 1024 - 256,
  ramBytes: 264 * 1024,
  flashOrigin: 0x10000100,
  ramOrigin: 0x20000000,
  compilers: ['arm-none-eabi-gcc'],
  flags: ['-mcpu=cortex-m0plus', '-mthumb'],
  template: 'cortex-m',
  stackBytes: 4096,
  emulation: { runner: 'rp2040' },
};
