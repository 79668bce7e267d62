/**
 * Google Speech Commands v0.02 (Warden 2018): one second of sound, 16 kHz, one folder a word. Splits are the authors'
 * lists (by speaker); sounds become log-mel pictures (or MFCCs) of frames × bands × 1.
 *
 * Source: README.md of the archive and Warden (2018): 105,829 sounds of 35 words, 16-bit mono PCM, some shorter than a second;
 * validation_list.txt and testing_list.txt name them as word/file, what is in neither is for training; _background_noise_
 * holds longer recordings. Ten words, 'unknown' and 'silence' are the task of the paper's section 7.1.
 */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { breathe, check, createRng, DataError } from '../../base';
import { assemble, type RawPart } from '../assemble';
import { splitNames, type Dataset, type SplitName } from '../dataset';
import { parseWav } from '../formats/wav';
import { createLogMel, type LogMelOptions } from '../log-mel';
import { locateDataset } from '../locate';
import { readManifest } from '../manifest';
import { checkLoadOptions, type LoadOptions } from '../options';

const rate = 16_000;
const noiseFolder = '_background_noise_';
/** The ten commands of Speech Commands (Warden 2018, arXiv 1804.03209), which MLPerf Tiny's keyword spotting tells apart. */
export const speechCommandWords = ['yes', 'no', 'up', 'down', 'left', 'right', 'on', 'off', 'stop', 'go'];

/** What `speechCommands` takes: which words become classes, and the front end. */
export interface SpeechCommandsOptions extends Omit<LoadOptions, 'validationFraction'> {
  /** Words to tell apart. Default: the ten commands. */
  words?: readonly string[];
  /** A class of other words, as many samples as the mean word has. Default true. */
  unknown?: boolean;
  /** A class of background noise, as many samples as the mean word has. Default true. */
  silence?: boolean;
  /** The front end; {coefficients: 10} gives MLPerf Tiny's 49 × 10 MFCCs. Default: 49 frames of 40 bands. */
  features?: Omit<LogMelOptions, 'rate'>;
}

/** A sound to be read: a file, or a piece of background noise. */
interface Clip {
  readonly label: number;
  readonly path: string;
  readonly from?: number;
  readonly gain?: number;
}

async function list(folder: string, name: string): Promise<Set<string>> {
  const path = join(folder, name);
  const text = await readFile(path, 'utf8').catch(() => {
    throw new DataError(folder, undefined, `holds no ${name}`);
  });
  return new Set(text.split(/\r?\n/).filter((line) => line !== ''));
}

function readSound(path: string): Float32Array {
  const wav = parseWav(readFileSync(path), path);
  if (wav.rate !== rate || wav.channels !== 1) throw new DataError(path, undefined, `${wav.rate} Hz, ${wav.channels} channels, wanted ${rate} Hz, 1 channel`);
  return wav.samples;
}

/** Exactly one second: cut, or followed by silence. */
function oneSecond(sound: Float32Array, from = 0, gain = 1): Float32Array {
  const out = new Float32Array(rate);
  const piece = sound.subarray(from, from + rate);
  for (let i = 0; i < piece.length; i++) out[i] = gain * piece[i];
  return out;
}

/** The clips of each split. Only names are read here, so that a limit costs no more than what it keeps. */
async function clips(folder: string, options: SpeechCommandsOptions, words: readonly string[]): Promise<{ splits: Record<SplitName, Clip[]>; noise: Map<string, Float32Array> }> {
  const { seed = 0, unknown = true, silence = true } = options;
  const [validation, test] = [await list(folder, 'validation_list.txt'), await list(folder, 'testing_list.txt')];
  const folders = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory() && entry.name !== noiseFolder).map((entry) => entry.name).sort();
  for (const word of words) if (!folders.includes(word)) throw new DataError(folder, undefined, `holds no folder of the word "${word}"`);
  const splits: Record<SplitName, Clip[]> = { train: [], validation: [], test: [] };
  const others: Record<SplitName, Clip[]> = { train: [], validation: [], test: [] };
  for (const word of folders) {
    const label = words.indexOf(word);
    for (const name of (await readdir(join(folder, word))).filter((file) => file.endsWith('.wav')).sort()) {
      const entry = `${word}/${name}`;
      const split = validation.has(entry) ? 'validation' : test.has(entry) ? 'test' : 'train';
      (label === -1 ? others : splits)[split].push({ label: label === -1 ? words.length : label, path: join(folder, word, name) });
    }
    await breathe(options.signal, 'loading');
  }
  const noise = new Map<string, Float32Array>();
  const noisePath = join(folder, noiseFolder);
  if (silence && existsSync(noisePath)) {
    for (const name of (await readdir(noisePath)).filter((file) => file.endsWith('.wav')).sort()) noise.set(name, readSound(join(noisePath, name)));
  }
  check(!silence || noise.size > 0, 'silence', silence, `false, for ${noisePath} holds no sound`);
  for (const name of splitNames) {
    const each = Math.round(splits[name].length / words.length);
    const rng = createRng(seed).fork(`speech/${name}`);
    if (unknown) splits[name].push(...rng.fork('unknown').shuffle(others[name]).slice(0, each));
    if (!silence) continue;
    const noises = [...noise.keys()];
    // Each split draws from a stretch of its own of each noise, so that no piece is in two splits.
    const [start, end] = { train: [0, 0.8], validation: [0.8, 0.9], test: [0.9, 1] }[name];
    for (let i = 0; i < each; i++) {
      const path = rng.choice(noises);
      const length = (noise.get(path) as Float32Array).length;
      const [lo, hi] = [Math.floor(start * length), Math.max(Math.floor(start * length), Math.floor(end * length) - rate)];
      splits[name].push({ label: words.length + Number(unknown), path, from: rng.integer(lo, hi), gain: rng.next() });
    }
  }
  return { splits, noise };
}

/**
 * The words, 'unknown' and 'silence' as 49 × 40 × 1 log-mel pictures (30 ms frames, 20 ms steps, 20–4,000 Hz), split by
 * the authors' lists. Only the sounds that limit or fraction keep are read.
 * @throws DataError for a file that is no 16 kHz mono WAV
 */
export async function speechCommands(options: SpeechCommandsOptions = {}): Promise<Dataset> {
  checkLoadOptions(options);
  const words = options.words ?? speechCommandWords;
  check(words.length > 0, 'words', words, 'at least one');
  const frontEnd = createLogMel({ ...options.features, rate });
  const folder = await locateDataset(readManifest('speech-commands'), options);
  const { splits, noise } = await clips(folder, options, words);
  const part = (all: readonly Clip[]): RawPart => ({
    y: Int32Array.from(all, (clip) => clip.label),
    copy: (i, out, offset) => {
      const { path, from, gain } = all[i];
      frontEnd.transform(oneSecond(from === undefined ? readSound(path) : (noise.get(path) as Float32Array), from, gain), out, offset);
    },
  });
  return assemble({
    name: 'Speech Commands',
    inputShape: [frontEnd.frames(rate), frontEnd.width, 1],
    classes: [...words, ...(options.unknown ?? true ? ['unknown'] : []), ...(options.silence ?? true ? ['silence'] : [])],
    source: folder,
    parts: { train: part(splits.train), validation: part(splits.validation), test: part(splits.test) },
  }, options);
}
