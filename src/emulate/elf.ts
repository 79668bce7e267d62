import { DataError } from '../base';

/** A section of an ELF file that takes memory on the board. */
export interface ElfSection {
  /** '.text', '.data' … */
  readonly name: string;
  /** Where it lies when the program runs. */
  readonly address: number;
  /** B. */
  readonly size: number;
  /** Whether the file holds its bytes (false: .bss, stack). */
  readonly hasContent: boolean;
}

/** A part of an ELF file that is loaded into memory. */
export interface ElfSegment {
  /** Where it is stored: in flash for initialised data. */
  readonly physicalAddress: number;
  /** Its bytes. */
  readonly content: Uint8Array;
}

/**
 * Reads section and program headers of a 32-bit little-endian ELF file (TIS, "ELF specification", version 1.2).
 * @throws DataError naming the file and the byte where it is cut off or not such a file
 */
export function readElf(bytes: Uint8Array, file: string): {
  /** Those that take memory when the program runs. */
  sections: ElfSection[];
  /** Those with bytes to load. */
  segments: ElfSegment[];
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (offset: number, size: number, what: string): number => {
    if (offset + size > bytes.length) {
      throw new DataError(file, `byte ${offset}`, `${what} of ${size} bytes runs past the end (${bytes.length} bytes)`);
    }
    return offset;
  };
  need(0, 52, 'the header');
  if (view.getUint32(0, false) !== 0x7f454c46 || bytes[4] !== 1 || bytes[5] !== 1) {
    throw new DataError(file, 'byte 0', 'not a 32-bit little-endian ELF file');
  }
  const table = (offset: number, size: number, wanted: number, count: number, what: string): number[] => {
    if (count > 0 && size < wanted) throw new DataError(file, `byte ${offset}`, `${what}s of ${size} bytes, wanted ${wanted}`);
    return Array.from({ length: count }, (_, i) => need(offset + i * size, wanted, what));
  };
  const half = (at: number): number => view.getUint16(at, true);
  const word = (at: number): number => view.getUint32(at, true);
  const sectionAt = table(word(32), half(46), 40, half(48), 'a section header');
  if (half(50) >= sectionAt.length) throw new DataError(file, 'byte 50', `names in section ${half(50)} of ${sectionAt.length}`);
  const names = word(sectionAt[half(50)] + 16);
  const nameAt = (offset: number): string => {
    const end = bytes.indexOf(0, need(names + offset, 1, 'a name'));
    if (end < 0) throw new DataError(file, `byte ${names + offset}`, 'a name without an end');
    return Buffer.from(bytes.subarray(names + offset, end)).toString();
  };
  const ALLOCATED = 2;
  const NO_BITS = 8;
  const sections = sectionAt
    .filter((at) => (word(at + 8) & ALLOCATED) !== 0)
    .map((at) => {
      const [size, hasContent] = [word(at + 20), word(at + 4) !== NO_BITS];
      if (hasContent) need(word(at + 16), size, 'a section');
      return { name: nameAt(word(at)), address: word(at + 12), size, hasContent };
    });
  const segments = table(word(28), half(42), 32, half(44), 'a program header')
    .filter((at) => word(at) === 1 && word(at + 16) > 0)
    .map((at) => {
      const offset = need(word(at + 4), word(at + 16), 'a segment');
      return { physicalAddress: word(at + 12), content: bytes.subarray(offset, offset + word(at + 16)) };
    });
  return { sections, segments };
}

/** What an image takes, B: flash, and static memory without the stack that its linker script reserves. */
export function memoryOf(sections: readonly ElfSection[]): {
  /** Flash: code, constants, initial values; B. */
  romBytes: number;
  /** Static RAM without the stack, B. */
  ramBytes: number;
} {
  const sum = (counts: (section: ElfSection) => boolean): number =>
    sections.reduce((total, section) => total + (counts(section) ? section.size : 0), 0);
  return {
    romBytes: sum(({ hasContent }) => hasContent),
    ramBytes: sum(({ name, hasContent }) => name === '.data' || (!hasContent && name !== '.stack')),
  };
}
