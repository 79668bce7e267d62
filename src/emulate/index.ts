import type { Board } from '../deploy';
import { hostRunner } from './host';
import { qemuRunner, qemuRunnerWith } from './qemu';
import { rp2040Runner } from './rp2040';
import type { Runner } from './runner';

export { build, writeFirmware, compilerOf, type Firmware } from './build';
export { uf2, bootChecksum } from './uf2';
export { memoryOf, readElf, type ElfSection, type ElfSegment } from './elf';
export { findCommand, runProcess, type ProcessResult } from './process';
export { zeroInput, type Runner, type RunReport, type StepCost, type Values } from './runner';
export { hostRunner, qemuRunner, rp2040Runner };

/** What runs firmware for this board here. */
export function runnerFor(board: Board): Runner {
  if (board.emulation.runner === 'qemu') return qemuRunnerWith(board.emulation.emulator);
  return board.emulation.runner === 'host' ? hostRunner : rp2040Runner;
}
