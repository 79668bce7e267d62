import { readFileSync } from 'node:fs';
import { breathe, ParetinoError } from '../base';
import { boundarySizes } from '../deploy';
import { readElf } from './elf';
import { joined, reportedValues, separated, stepCosts, type Runner } from './runner';

const FLASH = 0x10000000;
/** Instructions between two looks at the event loop: some 50 ms. */
const SLICE = 400_000;

interface Mark {
  readonly cycles: number;
  readonly instructions: number;
}

/**
 * Runs firmware on rp2040js, without boot ROM: the image is put into flash, the core started from its vector table.
 * Cycles are those of the core at zero wait states; cache misses of the flash are not modelled.
 */
export const rp2040Runner: Runner = {
  name: 'rp2040',
  missing: () => undefined,
  async run(firmware, inputs, { signal, onProgress } = {}) {
    const { RP2040 } = await import('rp2040js');
    const mcu = new RP2040();
    const { core } = mcu;
    const bad = (component: string, message: string): never => {
      throw new ParetinoError(`firmware on ${firmware.board.title}: ${component}: ${message} (pc 0x${core.PC.toString(16)})`);
    };
    // Out-of-range and unaligned accesses are only logged by the emulator; on the chip they fault.
    mcu.logger = { debug: () => undefined, info: () => undefined, warn: bad, error: bad };
    for (const { physicalAddress, content } of readElf(readFileSync(firmware.image), firmware.image).segments) {
      mcu.flash.set(content, physicalAddress - FLASH);
    }
    const input = joined(inputs);
    const { output: outputSize } = boundarySizes(firmware.graph);
    const output = new Uint8Array(inputs.length * outputSize);
    const marks: Mark[] = [];
    let read = 0;
    let written = 0;
    let text = '';
    let exit: number | undefined;
    let executed = 0;
    const word = (address: number): number => mcu.readUint32(address) >>> 0;
    /** Arm semihosting, the calls that the harness makes. */
    const calls: Record<number, (argument: number) => number> = {
      0x01: (a) => (word(a + 4) === 1 ? 1 : 2),
      0x04: (a) => {
        for (let at = a; mcu.readUint8(at) !== 0; at++) text += String.fromCharCode(mcu.readUint8(at));
        return 0;
      },
      0x05: (a) => {
        const [from, count] = [word(a + 4), word(a + 8)];
        for (let i = 0; i < count; i++) output[written++] = mcu.readUint8(from + i);
        onProgress?.({ path: ['emulate'], done: written / outputSize, total: inputs.length, unit: 'sample' });
        return 0;
      },
      0x06: (a) => {
        const [to, count] = [word(a + 4), word(a + 8)];
        const given = Math.min(count, input.length - read);
        for (let i = 0; i < given; i++) mcu.writeUint8(to + i, input[read++]);
        return count - given;
      },
      0x20: (a) => {
        exit = word(a + 4);
        return 0;
      },
      0x30: (a) => {
        marks.push({ cycles: core.cycles, instructions: executed });
        mcu.writeUint32(a, core.cycles >>> 0);
        mcu.writeUint32(a + 4, 0);
        return 0;
      },
    };
    mcu.onBreak = (code) => {
      const call = code === 0xab ? calls[core.registers[0]] : undefined;
      if (!call) return bad('break', `code ${code}, call ${core.registers[0]}`);
      core.registers[0] = call(core.registers[1] >>> 0);
    };
    const vectors = firmware.board.flashOrigin;
    core.VTOR = vectors;
    core.SP = word(vectors);
    core.PC = word(vectors + 4) & ~1;
    while (exit === undefined) {
      for (const end = executed + SLICE; executed < end && exit === undefined; executed++) core.executeInstruction();
      await breathe(signal, 'the emulator');
    }
    if (exit !== 0) throw new ParetinoError(`firmware on ${firmware.board.title} ended with ${exit}: ${text.trim()}`);
    const values = reportedValues(text);
    return {
      outputs: separated(output, inputs.length, firmware.graph.boundary),
      instructions: marks[1].instructions - marks[0].instructions,
      cycles: marks[1].cycles - marks[0].cycles,
      perStep: stepCosts(firmware, values.get('step') ?? []),
      stackBytes: values.get('stack')?.[0],
      romBytes: firmware.romBytes,
      ramBytes: firmware.ramBytes,
    };
  },
};
