import type { Board } from './board';

/**
 * Arm MPS3 prototyping board with the Corstone-300 (SSE-300, one Cortex-M55) of AN547. Arm DAI 0547, section 3, and
 * regions_SSE-300-MPS3.h of its CMSIS device pack: 512 KB ITCM, from which code runs, and 512 KB DTCM, here by their secure
 * addresses; 32 MHz, as QEMU (hw/arm/mps2-tz.c) has it.
 */
export const mps3: Board = {
  name: 'mps3',
  title: 'Arm MPS3 with Corstone-300 (AN547, Cortex-M55)',
  core: 'cortex-m55',
  clockHz: 32e6,
  flashBytes: 512 * 1024,
  ramBytes: 512 * 1024,
  flashOrigin: 0x10000000,
  ramOrigin: 0x30000000,
  compilers: ['arm-none-eabi-gcc'],
  flags: ['-mcpu=cortex-m55', '-mthumb', '-mfloat-abi=hard'],
  template: 'cortex-m',
  stackBytes: 4096,
  emulation: {
    runner: 'qemu',
    emulator: 'qemu-system-arm',
    arguments: ['-M', 'mps3-an547'],
    counter: { kind: 'system', address: 0x58100000, hz: 32e6 },
  },
};
