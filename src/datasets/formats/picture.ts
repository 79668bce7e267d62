/** Pictures without a dependency: PNG (8 bits, not interlaced) and binary PPM and PGM. */
import { inflateSync } from 'node:zlib';
import { DataError } from '../../base';

export interface Picture {
  readonly height: number;
  readonly width: number;
  /** 1 (grey) or 3 (red, green, blue); transparency is dropped. */
  readonly channels: 1 | 3;
  /** height × width × channels. */
  readonly pixels: Uint8Array;
}

const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Samples a pixel for each PNG colour type: grey, RGB, palette, grey and alpha, RGBA. */
const pngSamples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The predictor of PNG filter 4 (PNG specification, 9.4). */
function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

function unfilter(raw: Buffer, height: number, stride: number, step: number, file: string): Uint8Array {
  const out = new Uint8Array(height * stride);
  if (raw.length !== height * (stride + 1)) throw new DataError(file, undefined, `${raw.length} bytes of pixels, wanted ${height * (stride + 1)}`);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    if (filter > 4) throw new DataError(file, `row ${y}`, `filter ${filter}, wanted 0 to 4`);
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? out[y * stride + x - step] : 0;
      const up = y > 0 ? out[(y - 1) * stride + x] : 0;
      const corner = x >= step && y > 0 ? out[(y - 1) * stride + x - step] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      out[y * stride + x] = raw[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return out;
}

function parsePng(bytes: Buffer, file: string): Picture {
  let header: Buffer | undefined;
  let palette: Buffer | undefined;
  const packed: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + size);
    if (body.length !== size) throw new DataError(file, `byte ${at}`, `chunk ${name} is cut off`);
    if (name === 'IHDR') header = body;
    if (name === 'PLTE') palette = body;
    if (name === 'IDAT') packed.push(body);
    at += 12 + size;
  }
  if (!header || header.length < 13) throw new DataError(file, undefined, 'PNG without a header');
  const [width, height, bits, type, interlaced] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9], header[12]];
  const samples = pngSamples[type];
  if (bits !== 8 || interlaced !== 0 || samples === undefined) {
    throw new DataError(file, undefined, `PNG with ${bits} bits, colour type ${type}${interlaced ? ', interlaced' : ''}; wanted 8 bits, not interlaced`);
  }
  let raw: Buffer;
  try {
    raw = inflateSync(Buffer.concat(packed));
  } catch (error) {
    throw new DataError(file, undefined, `damaged PNG (${(error as Error).message})`);
  }
  const plain = unfilter(raw, height, width * samples, samples, file);
  const channels = type === 0 || type === 4 ? 1 : 3;
  const pixels = new Uint8Array(width * height * channels);
  for (let p = 0; p < width * height; p++) {
    for (let c = 0; c < channels; c++) {
      if (type !== 3) pixels[p * channels + c] = plain[p * samples + c];
      else if (!palette || plain[p] * 3 + 2 >= palette.length) throw new DataError(file, undefined, `colour ${plain[p]} is not in the palette`);
      else pixels[p * channels + c] = palette[plain[p] * 3 + c];
    }
  }
  return { height, width, channels, pixels };
}

function parseNetpbm(bytes: Buffer, file: string): Picture {
  const channels = bytes[1] === 0x35 ? 1 : 3;
  // Magic, width, height, maximum, each after blanks or comments, then a single blank.
  const head = /^P[56](?:\s+|#[^\n]*\n)+(\d+)(?:\s+|#[^\n]*\n)+(\d+)(?:\s+|#[^\n]*\n)+(\d+)\s/.exec(bytes.toString('latin1', 0, 1024));
  if (!head || Number(head[3]) !== 255) throw new DataError(file, undefined, 'wanted a binary PPM or PGM header with a maximum of 255');
  const [width, height] = [Number(head[1]), Number(head[2])];
  const pixels = bytes.subarray(head[0].length);
  if (pixels.length !== width * height * channels) throw new DataError(file, undefined, `${pixels.length} bytes of pixels, wanted ${width * height * channels}`);
  return { height, width, channels, pixels };
}

/** Reads a picture by its first bytes. @throws DataError for other formats, such as JPEG */
export function parsePicture(bytes: Uint8Array, file: string): Picture {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (pngSignature.every((byte, i) => buffer[i] === byte)) return parsePng(buffer, file);
  if (buffer[0] === 0x50 && (buffer[1] === 0x35 || buffer[1] === 0x36)) return parseNetpbm(buffer, file);
  throw new DataError(file, undefined, 'neither PNG nor binary PPM or PGM (convert other formats first; JPEG loses detail that a network uses)');
}
