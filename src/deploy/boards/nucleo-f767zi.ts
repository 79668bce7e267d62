import type { Board } from './board';

/**
 * STM32 Nucleo-F767ZI. STM32F765xx/F767xx data sheet (DS11532), section 2 and table 2: 216 MHz, 2 MB flash, 512 KB of
 * RAM in one piece from 0x20000000 (128 KB DTCM, 368 KB SRAM1, 16 KB SRAM2); so Zephyr's stm32f767.dtsi. It is emulated on
 * an MPS2 with AN500, flash at 0 and not at 0x08000000.
 */
export const nucleoF767zi: Board = {
  name: 'nucleo-f767zi',
  title: 'STM32 Nucleo-F767ZI (STM32F767ZI)',
  core: 'cortex-m7',
  clockHz: 216e6,
  flashBytes: 2 * 1024 * 1024,
  ramBytes: 512 * 1024,
  flashOrigin: 0,
  ramOrigin: 0x20000000,
  compilers: ['arm-none-eabi-gcc'],
  flags: ['-mcpu=cortex-m7', '-mthumb', '-mfloat-abi=hard', '-mfpu=fpv5-d16'],
  template: 'cortex-m',
  stackBytes: 4096,
  emulation: {
    runner: 'qemu',
    emulator: 'qemu-system-arm',
    arguments: ['-M', 'mps2-an500'],
    counter: { kind: 'cmsdk', address: 0x40000000, hz: 25e6 },
  },
};
