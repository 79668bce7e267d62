import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ParetinoError, withTemporaryFolder } from '../base';
import { readElf } from './elf';
import { findCommand, runProcess } from './process';
import { joined, reportedValues, separated, stepCosts, type Runner } from './runner';

/** One instruction advances virtual time by 2^SHIFT ns. */
const SHIFT = 7;

/** Debian's package of an emulator that is not called like it. */
const PACKAGES: Readonly<Record<string, string>> = { 'qemu-system-riscv32': 'qemu-system-misc' };

function missing(emulator: string): string | undefined {
  return findCommand([emulator]) ? undefined : `no ${emulator}: sudo apt-get install ${PACKAGES[emulator] ?? emulator}`;
}

/** The runner, asked about this emulator where it is asked what is missing. */
export function qemuRunnerWith(emulator: string): Runner {
  return { ...qemuRunner, missing: () => missing(emulator) };
}

/** Runs firmware on QEMU's boards under the real board's memory sizes; instruction counts repeat exactly. */
export const qemuRunner: Runner = {
  name: 'qemu',
  missing: () => missing('qemu-system-arm'),
  async run(firmware, inputs, { signal } = {}) {
    const { emulation } = firmware.board;
    if (emulation.runner !== 'qemu') throw new ParetinoError(`${firmware.board.title} does not run on QEMU`);
    const emulator = findCommand([emulation.emulator]);
    if (!emulator) throw new ParetinoError(missing(emulation.emulator) as string);
    // QEMU would run what it cannot read as ELF as if it were plain machine code.
    readElf(readFileSync(firmware.image), firmware.image);
    return withTemporaryFolder(async (folder) => {
      writeFileSync(join(folder, 'in'), joined(inputs));
      const args = [
        ...emulation.arguments, '-nographic', '-monitor', 'none', '-serial', 'none', '-chardev', 'stdio,id=c',
        '-semihosting-config', 'enable=on,target=native,chardev=c', '-icount', `shift=${SHIFT},sleep=off`,
        // The emulator runs in a folder of its own.
        '-kernel', resolve(firmware.image),
      ];
      const result = await runProcess(emulator, args, { cwd: folder, signal, timeoutMs: 600_000 });
      if (result.code !== 0) {
        const said = (result.stdout + result.stderr).trim().slice(0, 400);
        throw new ParetinoError(`firmware on ${firmware.board.title} ended with ${result.code}: ${said}`);
      }
      const values = reportedValues(result.stdout);
      const ticksEach = (2 ** SHIFT * emulation.counter.hz) / 1e9;
      const instructions = (ticks: number): number => Math.round(ticks / ticksEach);
      return {
        outputs: separated(readFileSync(join(folder, 'out')), inputs.length, firmware.graph.boundary),
        instructions: instructions(values.get('ticks')?.[0] ?? 0),
        perStep: stepCosts(firmware, (values.get('step') ?? []).map(instructions)),
        stackBytes: values.get('stack')?.[0],
        romBytes: firmware.romBytes,
        ramBytes: firmware.ramBytes,
      };
    });
  },
};
