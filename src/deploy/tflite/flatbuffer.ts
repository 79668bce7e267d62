/**
 * Reads FlatBuffers tables from bytes that nobody has vouched for. Every offset is checked
 * before it is followed, so that a cut-off or hostile file gives a DataError and neither a read
 * outside the buffer nor an allocation larger than the file.
 *
 * Format: flatbuffers.dev "Internals". A table starts with a signed offset back to its vtable;
 * the vtable holds its own size, the table's size, and one 16-bit offset a field (0: absent).
 */
import { DataError } from '../../base';

export class FlatbufferFile {
  readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(position: number, problem: string): never {
    throw new DataError(this.file, `byte ${position}`, problem);
  }

  /** Throws unless `length` bytes at `position` lie inside the file. */
  need(position: number, length: number, what: string): void {
    if (!(position >= 0 && length >= 0 && position + length <= this.bytes.length)) {
      this.fail(position, `${what} of ${length} bytes runs past the end of the file (${this.bytes.length} bytes)`);
    }
  }

  uint16(position: number): number {
    this.need(position, 2, 'a 16-bit number');
    return this.view.getUint16(position, true);
  }

  int32(position: number): number {
    this.need(position, 4, 'a 32-bit number');
    return this.view.getInt32(position, true);
  }

  uint32(position: number): number {
    this.need(position, 4, 'a 32-bit number');
    return this.view.getUint32(position, true);
  }

  /** The table that the file starts with, after its identifier was compared. */
  root(identifier: string): Table {
    this.need(0, 8, 'the header');
    const found = String.fromCharCode(...this.bytes.subarray(4, 8));
    if (found !== identifier) this.fail(4, `file identifier ${JSON.stringify(found)}, wanted "${identifier}"`);
    return new Table(this, this.uint32(0));
  }
}

export class Table {
  private readonly vtable: number;
  private readonly vtableSize: number;

  constructor(
    private readonly file: FlatbufferFile,
    readonly position: number,
  ) {
    this.vtable = position - file.int32(position);
    this.vtableSize = file.uint16(this.vtable);
    if (this.vtableSize < 4) file.fail(this.vtable, `a vtable of ${this.vtableSize} bytes`);
    file.need(this.vtable, this.vtableSize, 'a vtable');
  }

  /** Where the field lies, or 0 where it is absent. */
  private at(field: number): number {
    const slot = 4 + 2 * field;
    if (slot + 2 > this.vtableSize) return 0;
    const offset = this.file.uint16(this.vtable + slot);
    return offset === 0 ? 0 : this.position + offset;
  }

  private follow(position: number): number {
    return position + this.file.uint32(position);
  }

  int8(field: number, absent = 0): number {
    const at = this.at(field);
    if (at === 0) return absent;
    this.file.need(at, 1, 'a byte');
    return this.file.view.getInt8(at);
  }

  uint8(field: number, absent = 0): number {
    return this.int8(field, absent) & 0xff;
  }

  int32(field: number, absent = 0): number {
    const at = this.at(field);
    return at === 0 ? absent : this.file.int32(at);
  }

  uint32(field: number, absent = 0): number {
    const at = this.at(field);
    return at === 0 ? absent : this.file.uint32(at);
  }

  float32(field: number, absent = 0): number {
    const at = this.at(field);
    if (at === 0) return absent;
    this.file.need(at, 4, 'a 32-bit float');
    return this.file.view.getFloat32(at, true);
  }

  table(field: number): Table | undefined {
    const at = this.at(field);
    return at === 0 ? undefined : new Table(this.file, this.follow(at));
  }

  /**
   * First byte and count of a vector whose elements take `size` bytes; checked to lie inside the file. Tables may
   * share a vector, so its length alone bounds nothing: `most` keeps n tables from costing n × the file.
   */
  private vector(field: number, size: number, most = Infinity): { start: number; count: number } {
    const at = this.at(field);
    if (at === 0) return { start: 0, count: 0 };
    const head = this.follow(at);
    const count = this.file.uint32(head);
    this.file.need(head + 4, count * size, `a vector of ${count} elements`);
    if (count > most) this.file.fail(head, `a vector of ${count} elements where at most ${most} make sense`);
    return { start: head + 4, count };
  }

  tables(field: number, most: number): Table[] {
    const { start, count } = this.vector(field, 4, most);
    return Array.from({ length: count }, (_, i) => new Table(this.file, this.follow(start + 4 * i)));
  }

  int32s(field: number, most: number): number[] {
    const { start, count } = this.vector(field, 4, most);
    return Array.from({ length: count }, (_, i) => this.file.view.getInt32(start + 4 * i, true));
  }

  float32s(field: number, most: number): number[] {
    const { start, count } = this.vector(field, 4, most);
    return Array.from({ length: count }, (_, i) => this.file.view.getFloat32(start + 4 * i, true));
  }

  /** 64-bit integers; those that a double cannot hold exactly are refused. */
  int64s(field: number, most: number): number[] {
    const { start, count } = this.vector(field, 8, most);
    return Array.from({ length: count }, (_, i) => {
      const value = Number(this.file.view.getBigInt64(start + 8 * i, true));
      if (!Number.isSafeInteger(value)) this.file.fail(start + 8 * i, `${value} is out of range`);
      return value;
    });
  }

  /** A view of the bytes, not a copy. */
  bytes(field: number): Uint8Array {
    const { start, count } = this.vector(field, 1);
    return this.file.bytes.subarray(start, start + count);
  }

  /** At most 1,024 bytes of it. */
  string(field: number): string {
    return new TextDecoder('utf-8').decode(this.bytes(field).subarray(0, 1024));
  }
}
