/** Protocol buffers' wire format (protobuf.dev, "Encoding"), writing only: as much as a SavedModel takes. */

/** One field of a message, encoded; a message is its fields end to end. */
export type Field = Buffer;

function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  // Negative numbers are 64 bits in two's complement.
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

const tag = (number: number, wireType: number): Buffer => varint(number * 8 + wireType);

/** int32, int64, bool or enum. */
export const integerField = (number: number, value: number | boolean): Field => Buffer.concat([tag(number, 0), varint(Number(value))]);

/** float. */
export function floatField(number: number, value: number): Field {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(number, 5), bytes]);
}

/** string, bytes, packed numbers or a message. */
export function bytesField(number: number, value: string | Uint8Array | readonly Field[]): Field {
  let bytes: Uint8Array;
  if (typeof value === 'string') bytes = Buffer.from(value);
  else bytes = value instanceof Uint8Array ? value : Buffer.concat(value);
  return Buffer.concat([tag(number, 2), varint(bytes.length), bytes]);
}

/** repeated int64, packed. */
export const packedField = (number: number, values: readonly number[]): Field => bytesField(number, values.map(varint));
