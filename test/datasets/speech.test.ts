import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng, DataError } from '../../src/base';
import { createLogMel, fft, leakageCheck, speechCommands } from '../../src/datasets';
import { parseWav } from '../../src/datasets/formats/wav';
import { temporaryFolder } from '../support/folder';
import { wavBytes } from '../support/wav';

const tone = (hertz: number, seconds = 1, rate = 16_000): number[] =>
  Array.from({ length: Math.round(seconds * rate) }, (_, t) => 0.5 * Math.sin((2 * Math.PI * hertz * t) / rate));

describe('WAV files', () => {
  it('reads every width to its own precision', () => {
    const samples = [0, 0.5, -0.5, 0.25, -1, 0.984375];
    for (const [bits, float, step] of [[8, false, 1 / 128], [16, false, 1 / 32768], [24, false, 1 / 8388608], [32, false, 1e-7], [32, true, 1e-7]] as const) {
      const wav = parseWav(wavBytes(samples, { bits, float, channels: 2, rate: 8000 }), 'f');
      assert.deepEqual([wav.rate, wav.channels, wav.samples.length], [8000, 2, 6]);
      wav.samples.forEach((value, i) => assert.ok(Math.abs(value - samples[i]) <= step, `${bits} bits: ${value}`));
    }
  });

  it('refuses what is cut off or no WAV', () => {
    const whole = wavBytes(tone(100));
    assert.throws(() => parseWav(whole.subarray(0, 1000), 'f.wav'), /f\.wav, byte 36: 956 bytes of sound, wanted 32000: cut off/);
    assert.throws(() => parseWav(Buffer.from('nothing'), 'f.wav'), /not a WAV file/);
    assert.throws(() => parseWav(whole.subarray(0, 36), 'f.wav'), /no data chunk/);
    assert.throws(() => parseWav(wavBytes([0], { bits: 12 }), 'f.wav'), /12 bits/);
  });
});

describe('log-mel front end', () => {
  it('transforms as the definition of the discrete Fourier transform', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 6 }), fc.integer(), (log, seed) => {
      const n = 2 ** log;
      const rng = createRng(seed);
      const [re, im] = [0, 1].map(() => Float64Array.from({ length: n }, () => rng.normal()));
      const wanted = Array.from({ length: n }, (_, k) => {
        let [a, b] = [0, 0];
        for (let t = 0; t < n; t++) {
          const angle = (-2 * Math.PI * k * t) / n;
          a += re[t] * Math.cos(angle) - im[t] * Math.sin(angle);
          b += re[t] * Math.sin(angle) + im[t] * Math.cos(angle);
        }
        return [a, b];
      });
      fft(re, im);
      wanted.forEach(([a, b], k) => assert.ok(Math.hypot(re[k] - a, im[k] - b) < 1e-9 * n));
    }));
  });

  it('puts a tone into the band around its frequency, 49 frames of 40 bands a second', () => {
    const frontEnd = createLogMel();
    assert.deepEqual([frontEnd.frames(16_000), frontEnd.width], [49, 40]);
    const mel = (f: number): number => 2595 * Math.log10(1 + f / 700);
    for (const hertz of [200, 500, 1000, 2000, 3500]) {
      const out = new Float32Array(49 * 40);
      frontEnd.transform(Float32Array.from(tone(hertz)), out);
      const frame = out.subarray(20 * 40, 21 * 40);
      const loudest = frame.indexOf(Math.max(...frame));
      const centre = mel(20) + ((mel(4000) - mel(20)) * (loudest + 1)) / 41;
      assert.ok(Math.abs(centre - mel(hertz)) <= (mel(4000) - mel(20)) / 41, `${hertz} Hz in band ${loudest}`);
    }
  });

  it('gives the orthonormal cosine transform of the bands where coefficients are asked for', () => {
    const sound = Float32Array.from(tone(700, 0.1));
    const [bands, all] = [createLogMel({ bands: 12 }), createLogMel({ bands: 12, coefficients: 12 })];
    const [a, b] = [bands, all].map((frontEnd) => {
      const out = new Float32Array(12 * frontEnd.frames(sound.length));
      frontEnd.transform(sound, out);
      return out;
    });
    // All coefficients keep the length of the vector; the first is √12 times the mean.
    const norm = (values: Float32Array): number => Math.hypot(...values.subarray(0, 12));
    assert.ok(Math.abs(norm(a) - norm(b)) < 1e-4);
    assert.ok(Math.abs(b[0] - (Math.sqrt(12) * a.subarray(0, 12).reduce((sum, v) => sum + v, 0)) / 12) < 1e-4);
    assert.equal(createLogMel({ coefficients: 10 }).width, 10);
  });

  it('refuses options that make no sense', () => {
    assert.throws(() => createLogMel({ high: 9000 }), /low, high/);
    assert.throws(() => createLogMel({ coefficients: 41 }), /coefficients/);
  });
});

describe('Speech Commands files', () => {
  const folder = temporaryFolder();
  const write = (): void => {
    const rng = createRng(2);
    const clip = (hertz: number, seconds = 1): Buffer => wavBytes(tone(hertz, seconds).map((value) => value + 0.01 * rng.normal()));
    const lists: Record<string, string[]> = { validation: [], testing: [] };
    for (const [k, word] of ['yes', 'no', 'bed', 'cat'].entries()) {
      for (let i = 0; i < 10; i++) {
        folder.write(`${word}/speaker${i}_nohash_0.wav`, clip(300 + 500 * k, i % 2 ? 1 : 0.7));
        if (i === 7) lists.validation.push(`${word}/speaker${i}_nohash_0.wav`);
        if (i > 7) lists.testing.push(`${word}/speaker${i}_nohash_0.wav`);
      }
    }
    folder.write('_background_noise_/white.wav', wavBytes(Array.from({ length: 16_000 * 30 }, () => 0.1 * rng.normal())));
    for (const name of ['validation', 'testing']) folder.write(`${name}_list.txt`, lists[name].join('\n') + '\n');
  };

  it('makes log-mel pictures, split by the lists, with unknown words and silence', async () => {
    write();
    const set = await speechCommands({ folder: folder.path, words: ['yes', 'no'] });
    assert.deepEqual(set.inputShape, [49, 40, 1]);
    assert.deepEqual(set.classes, ['yes', 'no', 'unknown', 'silence']);
    const count = (split: 'train' | 'validation' | 'test'): number[] => set.classes.map((_, k) => set[split].y.filter((y) => y === k).length);
    assert.deepEqual([count('train'), count('validation'), count('test')], [[7, 7, 7, 7], [1, 1, 1, 1], [2, 2, 2, 2]]);
    assert.deepEqual(leakageCheck(set), []);
    const mfcc = await speechCommands({ folder: folder.path, words: ['yes', 'no', 'bed'], unknown: false, silence: false, features: { coefficients: 10 }, limit: 6 });
    assert.deepEqual(mfcc.inputShape, [49, 10, 1]);
    assert.deepEqual([mfcc.train.n, mfcc.validation.n, mfcc.test.n], [6, 3, 6]);
    const again = await speechCommands({ folder: folder.path, words: ['yes', 'no'] });
    assert.deepEqual(again.train.x, set.train.x);
  });

  it('names what is missing or wrong', async () => {
    write();
    const isDataError = (pattern: RegExp) => (error: Error): boolean => error instanceof DataError && pattern.test(error.message);
    await assert.rejects(speechCommands({ folder: folder.path, words: ['yes', 'maybe'] }), isDataError(/no folder of the word "maybe"/));
    folder.write('yes/speaker0_nohash_0.wav', wavBytes(tone(100), { rate: 8000 }));
    await assert.rejects(speechCommands({ folder: folder.path, words: ['yes', 'no'] }), isDataError(/speaker0_nohash_0\.wav: 8000 Hz, 1 channels, wanted 16000 Hz/));
  });
});
