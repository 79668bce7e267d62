import type { Board } from './board';

/**
 * Raspberry Pi Pico. RP2040 data sheet, sections 1.1 (133 MHz) and 2.6 (memory: 264 KB in one piece from 0x20000000); Pico
 * data sheet, section 1 (2 MB flash).
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
  activePower: {
    watts: 3 * 31e-3,
    source: 'measured on the board at 3 V, one core busy: 29.5 mA at 125 MHz and 34.3 mA at 150 MHz, 31 mA between them (2n3904blog.com, 2021)',
  },
};
