import { DataError } from '../base';

/** A section of an ELF file that takes memory on the board. */
export interface ElfSection {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  /** Whether the file holds its bytes (false: .bss, stack). */
  readonly hasContent: boolean;
}

/** A part of an ELF file that is loaded into memory. */
export interface ElfSegment {
  /** Where it is stored: in flash for initialised data. */
  readonly physicalAddress: number;
  readonly content: Uint8Array;
}

/** Reads section and program headers of a 32-bit little-endian ELF file (TIS, "ELF specification", version 1.2). */
export function readElf(bytes: Uint8Array, file: string): { sections: ElfSection[]; segments: ElfSegment[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 52 || view.getUint32(0, false) !== 0x7f454c46 || bytes[4] !== 1 || bytes[5] !== 1) {
    throw new DataError(file, 'byte 0', 'not a 32-bit little-endian ELF file');
  }
  const table = (offset: number, size: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => offset + i * size);
  const sectionAt = table(view.getUint32(32, true), view.getUint16(46, true), view.getUint16(48, true));
  const names = view.getUint32(sectionAt[view.getUint16(50, true)] + 16, true);
  const nameAt = (offset: number): string => {
    const end = bytes.indexOf(0, names + offset);
    return Buffer.from(bytes.subarray(names + offset, end)).toString();
  };
  const ALLOCATED = 2;
  const NO_BITS = 8;
  const sections = sectionAt
    .filter((at) => (view.getUint32(at + 8, true) & ALLOCATED) !== 0)
    .map((at) => ({
      name: nameAt(view.getUint32(at, true)),
      address: view.getUint32(at + 12, true),
      size: view.getUint32(at + 20, true),
      hasContent: view.getUint32(at + 4, true) !== NO_BITS,
    }));
  const segments = table(view.getUint32(28, true), view.getUint16(42, true), view.getUint16(44, true))
    .filter((at) => view.getUint32(at, true) === 1 && view.getUint32(at + 16, true) > 0)
    .map((at) => {
      const offset = view.getUint32(at + 4, true);
      return {
        physicalAddress: view.getUint32(at + 12, true),
        content: bytes.subarray(offset, offset + view.getUint32(at + 16, true)),
      };
    });
  return { sections, segments };
}
