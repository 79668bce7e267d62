import type { Board } from './board';

/**
 * ESP32-C3-DevKitM-1. ESP32-C3 series data sheet, sections 1 and 3.1: RV32IMC at 160 MHz, 400 KB SRAM of which 16 KB
 * are the cache of the flash (ESP-IDF's soc/soc.h: data from 0x3fc80000 to 0x3fce0000, 384 KB). Its user guide: 4 MB of
 * flash in the chip's package. It is emulated on QEMU's virt board, all of whose memory lies at 2 GB.
 */
export const esp32c3: Board = {
  name: 'esp32c3',
  title: 'ESP32-C3-DevKitM-1 (ESP32-C3, RISC-V)',
  core: 'rv32imc',
  clockHz: 160e6,
  flashBytes: 4 * 1024 * 1024,
  ramBytes: 384 * 1024,
  flashOrigin: 0x80000000,
  ramOrigin: 0x81000000,
  compilers: ['riscv64-unknown-elf-gcc', 'riscv32-unknown-elf-gcc'],
  // Freestanding: Debian's compiler comes without a C library. Aligned, so that sizes of functions add up.
  flags: ['-march=rv32imc_zicsr', '-mabi=ilp32', '-mcmodel=medany', '-ffreestanding', '-falign-functions=4'],
  template: 'riscv',
  stackBytes: 4096,
  emulation: {
    runner: 'qemu',
    emulator: 'qemu-system-riscv32',
    arguments: ['-M', 'virt', '-bios', 'none'],
    // With -icount QEMU gives virtual nanoseconds here, which the harness reads in units of 128.
    counter: { kind: 'minstret', address: 0, hz: 1e9 / 128 },
  },
  activePower: {
    watts: 5 * 40.7e-3,
    source: 'measured on the DevKitM-1 at 5 V, radio off, CPU busy at 160 MHz: 40.7 mA (F. Riccardi, gist 83fd33797cfb301d6c7f5c4db4b5616d, 2021)',
  },
};
