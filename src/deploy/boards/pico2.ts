import type { Board } from './board';

/**
 * Raspberry Pi Pico 2, one of its Cortex-M33 cores. RP2350 data sheet, sections 1 and 4.2 (150 MHz, 520 KB SRAM in one
 * piece: the SDK's memmap_default.ld has 512 KB and twice 4 KB), and Pico 2 data sheet, section 1 (4 MB flash). It is
 * emulated on an MPS2 with AN505, in secure state: Arm DAI 0505, section 3 (memory), timer 0 at 20 MHz, as QEMU
 * (hw/arm/mps2-tz.c) has them.
 */
export const pico2: Board = {
  name: 'pico2',
  title: 'Raspberry Pi Pico 2 (RP2350, Cortex-M33)',
  core: 'cortex-m33',
  clockHz: 150e6,
  flashBytes: 4 * 1024 * 1024,
  ramBytes: 520 * 1024,
  flashOrigin: 0x10000000,
  ramOrigin: 0x38000000,
  compilers: ['arm-none-eabi-gcc'],
  flags: ['-mcpu=cortex-m33', '-mthumb', '-mfloat-abi=hard', '-mfpu=fpv5-sp-d16'],
  template: 'cortex-m',
  stackBytes: 4096,
  emulation: {
    runner: 'qemu',
    emulator: 'qemu-system-arm',
    arguments: ['-M', 'mps2-an505'],
    counter: { kind: 'cmsdk', address: 0x50000000, hz: 20e6 },
  },
};
