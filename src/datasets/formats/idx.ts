/** The idx format of MNIST: big-endian; two zero bytes, a type, the number of dimensions, the dimensions, the data. */
import { DataError, product } from '../../base';

export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const unsignedByte = 0x08;

/**
 * Reads the header of an idx file of unsigned bytes; `headerBytes` is where the data starts.
 * @throws DataError naming the magic number found and wanted.
 */
export function idxHeader(bytes: Uint8Array, file: string, dimensions: number): { shape: number[]; headerBytes: number } {
  const wanted = (unsignedByte << 8) | dimensions;
  const headerBytes = 4 + 4 * dimensions;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length >= 4 ? view.getUint32(0) : undefined;
  if (magic !== wanted) {
    const found = magic === undefined ? `only ${bytes.length} bytes` : `magic number ${magic}`;
    throw new DataError(file, 'byte 0', `${found}, wanted ${wanted} (idx, unsigned bytes, ${dimensions} dimensions)`);
  }
  if (bytes.length < headerBytes) throw new DataError(file, 'byte 4', `only ${bytes.length} bytes, a header has ${headerBytes}`);
  return { shape: Array.from({ length: dimensions }, (_, d) => view.getUint32(4 + 4 * d)), headerBytes };
}

/** Reads an idx array of unsigned bytes with `dimensions` dimensions. @throws DataError */
export function parseIdx(bytes: Uint8Array, file: string, dimensions: number): IdxArray {
  const { shape, headerBytes } = idxHeader(bytes, file, dimensions);
  const size = product(shape);
  if (bytes.length !== headerBytes + size) {
    throw new DataError(file, undefined, `${bytes.length} bytes, wanted ${headerBytes + size} for ${shape.join(' × ')} values`);
  }
  return { shape, data: bytes.subarray(headerBytes) };
}
