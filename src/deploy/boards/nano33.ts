import type { Board } from './board';

/**
 * Arduino Nano 33 BLE Sense. nRF52840 product specification, sections 4.2 (memory: 1 MB and 256 KB, as in Zephyr's
 * nrf52840_qiaa.dtsi too) and 5.2 (CPU current). Sketches share the flash with Arduino's boot loader, which takes the first
 * 64 KB of it (variants/ARDUINO_NANO33BLE of ArduinoCore-mbed). It is emulated on an MPS2 with AN386.
 */
export const nano33: Board = {
  name: 'nano33',
  title: 'Arduino Nano 33 BLE Sense (nRF52840)',
  core: 'cortex-m4',
  clockHz: 64e6,
  flashBytes: 1024 * 1024,
  ramBytes: 256 * 1024,
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
  activePower: { watts: 3 * 3.3e-3, source: 'nRF52840 product specification, CPU current: CoreMark at 64 MHz from flash, 3.3 mA at 3 V' },
};
