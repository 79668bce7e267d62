import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ParetinoError, withTemporaryFolder } from '../base';
import { findCommand, runProcess } from './process';
import { joined, separated, type Runner } from './runner';

/** Runs the program on this machine. */
export const hostRunner: Runner = {
  name: 'host',
  missing: () => (findCommand(['cc', 'gcc', 'clang']) ? undefined : 'no C compiler: sudo apt-get install gcc'),
  async run(firmware, inputs, { signal } = {}) {
    return withTemporaryFolder(async (folder) => {
      const [from, to] = ['in', 'out'].map((name) => join(folder, name));
      writeFileSync(from, joined(inputs));
      const result = await runProcess(firmware.image, [from, to], { signal, timeoutMs: 600_000 });
      if (result.code !== 0) throw new ParetinoError(`${firmware.image} ended with ${result.code}: ${result.stderr}`);
      const outputs = separated(readFileSync(to), inputs.length, firmware.graph.boundary);
      return { outputs, romBytes: firmware.romBytes, ramBytes: firmware.ramBytes };
    });
  },
};
