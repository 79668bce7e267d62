import type { Board } from './board';

/**
 * STM32 Nucleo-F446RE. STM32F446xC/xE data sheet (DS10693), section 2 and table 2: 180 MHz, 512 KB flash, 128 KB SRAM; so
 * Zephyr's stm32f446Xe.dtsi. It is emulated on an MPS2 with AN386, flash at 0 and not at 0x08000000.
 */
export const nucleoF446re: Board = {
  name: 'nucleo-f446re',
  title: 'STM32 Nucleo-F446RE (STM32F446RE)',
  core: 'cortex-m4',
  clockHz: 180e6,
  flashBytes: 512 * 1024,
  ramBytes: 128 * 1024,
  flashOrigin: 0,
  ramOrigin: 0x20000000,
  compilers: ['arm-none-eabi-gcc'],
  flags: ['-mcpu=cortex-m4', '-mthumb', '-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'],
  template: 'cortex-m',
  stackBytes: 4096,
  emulation: {
    runner: 'qemu',
    emulator: 'qemu-system-arm',
    arguments: ['-M', 'mps2-an386'],
    counter: { kind: 'cmsdk', address: 0x40000000, hz: 25e6 },
  },
  cyclesPerInstruction: {
    value: 1.22,
    source: 'Cortex-M4 TRM (DDI 0439), table 3-1, over the inner loop of fully_connected_folded.c: 28 cycles for 23 instructions',
  },
};
