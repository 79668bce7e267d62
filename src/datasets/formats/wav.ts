/** WAV files: PCM of 8, 16, 24 or 32 bits, or 32-bit floats. */
import { DataError } from '../../base';

export interface Wav {
  readonly rate: number;
  readonly channels: number;
  /** steps × channels, in [−1, 1). */
  readonly samples: Float32Array;
}

const [pcm, ieeeFloat, extensible] = [1, 3, 0xfffe];

/** Reads a WAV file. @throws DataError */
export function parseWav(bytes: Uint8Array, file: string): Wav {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number): string => (at + 4 <= bytes.length ? String.fromCharCode(...bytes.subarray(at, at + 4)) : '');
  if (tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new DataError(file, 'byte 0', 'not a WAV file (no RIFF … WAVE)');
  let format: { code: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (tag(at) === 'fmt ' && body + 16 <= bytes.length) {
      const code = view.getUint16(body, true);
      format = {
        code: code === extensible && size >= 26 ? view.getUint16(body + 24, true) : code,
        channels: view.getUint16(body + 2, true), rate: view.getUint32(body + 4, true), bits: view.getUint16(body + 14, true),
      };
    } else if (tag(at) === 'data') {
      if (!format) throw new DataError(file, `byte ${at}`, 'data before its format');
      if (body + size > bytes.length) throw new DataError(file, `byte ${at}`, `${bytes.length - body} bytes of sound, wanted ${size}: cut off`);
      return { rate: format.rate, channels: format.channels, samples: decode(view, body, size, format, file) };
    }
    at = body + size + (size & 1);
  }
  throw new DataError(file, undefined, 'holds no sound (no data chunk)');
}

function decode(view: DataView, from: number, size: number, format: { code: number; channels: number; bits: number }, file: string): Float32Array {
  const { code, bits, channels } = format;
  const width = bits / 8;
  const known = (code === pcm && [8, 16, 24, 32].includes(bits)) || (code === ieeeFloat && bits === 32);
  if (!known || channels === 0) throw new DataError(file, undefined, `format ${code} with ${bits} bits and ${channels} channels, wanted PCM or 32-bit float`);
  const read: (at: number) => number =
    code === ieeeFloat ? (at) => view.getFloat32(at, true)
      : bits === 8 ? (at) => (view.getUint8(at) - 128) / 128
        : bits === 16 ? (at) => view.getInt16(at, true) / 32768
          : bits === 24 ? (at) => ((view.getUint8(at) << 8) | (view.getUint8(at + 1) << 16) | (view.getUint8(at + 2) << 24)) / 2147483648
            : (at) => view.getInt32(at, true) / 2147483648;
  const count = Math.floor(size / (width * channels)) * channels;
  return Float32Array.from({ length: count }, (_, i) => read(from + i * width));
}
