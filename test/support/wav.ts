/** A WAV file of interleaved samples in [−1, 1). */
export function wavBytes(samples: ArrayLike<number>, { rate = 16_000, channels = 1, bits = 16, float = false } = {}): Buffer {
  const width = Math.ceil(bits / 8);
  const body = Buffer.alloc(samples.length * width);
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i];
    const at = i * width;
    if (float) body.writeFloatLE(value, at);
    else if (width === 1) body[at] = Math.round(value * 127) + 128;
    else body.writeIntLE(Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, Math.round(value * 2 ** (bits - 1)))), at, width);
  }
  const head = Buffer.alloc(44);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(36 + body.length, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(float ? 3 : 1, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * channels * width, 28);
  head.writeUInt16LE(channels * width, 32);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(body.length, 40);
  return Buffer.concat([head, body]);
}
