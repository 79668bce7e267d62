import type { Kernel } from '../kernels';

/** How firmware for a board is run here. */
export type Emulation =
  | {
      /** This machine, no emulator. */
      readonly runner: 'host';
    }
  | {
      /** The RP2040 emulator, in this process. */
      readonly runner: 'rp2040';
    }
  | {
      /** QEMU, a process of its own. */
      readonly runner: 'qemu';
      /** Its command. */
      readonly emulator: string;
      /** What it is started with, the image left out. */
      readonly arguments: readonly string[];
      /** What counts instructions there. */
      readonly counter: Counter;
    };

/** What the harness reads before and after a run, where QEMU emulates it. */
export interface Counter {
  /** A CMSDK APB timer, the system counter of an SSE-300, or RISC-V's minstret. */
  readonly kind: 'cmsdk' | 'system' | 'minstret';
  /** Where it is mapped; unused for minstret. */
  readonly address: number;
  /** Of the counter, in QEMU's virtual time. */
  readonly hz: number;
}

/** A microcontroller board: data, so that adding one is one file and one line in the index beside it. */
export interface Board {
  /** Short, as one types it. */
  readonly name: string;
  /** As its maker writes it. */
  readonly title: string;
  /** Which kernels, code sizes and latencies hold for it. */
  readonly core: 'host' | 'cortex-m0plus' | 'cortex-m3' | 'cortex-m4' | 'cortex-m7' | 'cortex-m33' | 'cortex-m55' | 'rv32imc';
  /** Of the core; 0 on the host, whose own is not known. */
  readonly clockHz: number;
  /** B that an image may take. */
  readonly flashBytes: number;
  /** B for arena, other static data and stack together. */
  readonly ramBytes: number;
  /** Address of the flash in the image that is emulated. */
  readonly flashOrigin: number;
  /** Address of the RAM in that image. */
  readonly ramOrigin: number;
  /** Compiler commands, the first that is found is used. */
  readonly compilers: readonly string[];
  /** Flags that the core needs. */
  readonly flags: readonly string[];
  /** Folder in templates/boards with start-up code; what boards without an OS share is in `bare`. */
  readonly template: string;
  /** B of stack that the linker reserves. */
  readonly stackBytes: number;
  /** What runs its firmware without it. */
  readonly emulation: Emulation;
  /** Set to build plain C where the core has kernels of its own: to compare, or for a compiler without its assembly. */
  readonly kernels?: 'portable';
  /** Kernels of one's own, tried before the catalogue's. */
  readonly ownKernels?: readonly Kernel[];
  /** Of the core, where QEMU counts instructions alone; absent: 1, so that times are those of an ideal pipeline. */
  readonly cyclesPerInstruction?: {
    /** Mean over the instructions of a network. */
    readonly value: number;
    /** Where it is from. */
    readonly source: string;
  };
  /** W, and where the figure is from. */
  readonly activePower?: {
    /** While computing. */
    readonly watts: number;
    /** Where it is from. */
    readonly source: string;
  };
}
