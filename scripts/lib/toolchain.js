'use strict';
// Compilers and emulators. None is needed to generate firmware; each is needed to build or run it somewhere.
const path = require('node:path');
const { capture, which } = require('./run');
const apt = require('./apt');

const firstLine = (program, args) => capture(program, args, { timeout: 20_000 }).stdout.split('\n')[0].trim();
const number = (text) => (/\d+(\.\d+)+/.exec(text) || [''])[0];

/** One program as a part: how to recognise it, what is lost without it, which packages bring it. */
function part({ name, programs, packages, lost, optional = false, complete = () => true }) {
  const find = () => {
    const where = programs.map(which).find(Boolean);
    const found = Boolean(where) && complete(where);
    return {
      name,
      found,
      where,
      version: where && number(firstLine(where, ['--version'])),
      lost,
      command: apt.command(packages),
      optional,
    };
  };
  const install = async () => ((await apt.install(packages)) && find().found ? undefined : apt.command(packages));
  return { name, find, install, packages, optional };
}

/** A cross compiler without its C library prints the bare name instead of a path. */
const hasLibrary =
  (...args) =>
  (where) =>
    path.isAbsolute(firstLine(where, [...args, '-print-file-name=libc.a']));

const hostCompiler = part({
  name: 'host C compiler',
  programs: [process.env.CC || 'cc', 'gcc', 'clang'],
  packages: ['gcc', 'libc6-dev'],
  lost: 'generated C cannot be built and checked on this machine',
});
const armCompiler = part({
  name: 'arm-none-eabi-gcc',
  programs: ['arm-none-eabi-gcc'],
  packages: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi'],
  lost: 'no firmware for the Pico and the Arduino boards; C is still generated',
  complete: hasLibrary('-mcpu=cortex-m0plus', '-mthumb'),
});
const armEmulator = part({
  name: 'qemu-system-arm',
  programs: ['qemu-system-arm'],
  packages: ['qemu-system-arm'],
  lost: 'no emulated Cortex-M4 and M7 (the Pico runs on rp2040js)',
});
const riscvCompiler = part({
  name: 'riscv64-unknown-elf-gcc',
  programs: ['riscv64-unknown-elf-gcc'],
  optional: true,
  packages: ['gcc-riscv64-unknown-elf', 'picolibc-riscv64-unknown-elf'],
  lost: 'no firmware for RISC-V boards',
});
const riscvEmulator = part({
  name: 'qemu-system-riscv32',
  programs: ['qemu-system-riscv32'],
  packages: ['qemu-system-misc'],
  optional: true,
  lost: 'RISC-V firmware is built but not run',
});

const pdfWriter = part({
  name: 'rsvg-convert',
  programs: ['rsvg-convert', 'cairosvg'],
  packages: ['librsvg2-bin'],
  optional: true,
  lost: 'figures are saved as SVG, PNG and HTML, but not as PDF',
});

module.exports = {
  hostCompiler,
  armCompiler,
  armEmulator,
  riscvCompiler,
  riscvEmulator,
  pdfWriter,
  all: [hostCompiler, armCompiler, armEmulator, riscvCompiler, riscvEmulator, pdfWriter],
};
