import {
  describe, memoryBytes, shuffled, streamCifar10, streamCsvWindows, streamDaliac, streamFashionMnist, streamMnist, streamTable,
  type ChannelStatistics, type Dataset, type Leak, type LogMel, type Manifest, type Split,
} from '../datasets';
import { addRenderer, table, titled, type Rich } from '../notebook';
import { facts, grouped, is, listOf, times } from './parts';

const isDataset = is<Dataset>({ name: 'string', inputShape: 'array', classes: 'array', train: 'object', validation: 'object', test: 'object' });
const isSplit = is<Split>({ n: 'number' }, ({ x, y }) => x instanceof Float32Array && y instanceof Int32Array);
const isManifest = is<Manifest>({ name: 'string', title: 'string', licence: 'string', citation: 'string', files: 'array', markers: 'array' });
const isStatistics = is<ChannelStatistics>({ mean: 'array', deviation: 'array' }, (value) => Object.keys(value).every((key) => ['mean', 'deviation', 'n'].includes(key)));
const isLogMel = is<LogMel>({ width: 'number', options: 'object', frames: 'function', transform: 'function' });
/** A stream is known by the function that made it: asked for a batch, it would lose it. */
const streams: readonly ((...given: never[]) => AsyncGenerator)[] = [streamCifar10, streamMnist, streamFashionMnist, streamDaliac, streamCsvWindows, streamTable, shuffled];
const makerOf = (value: unknown): (typeof streams)[number] | undefined =>
  typeof value === 'object' && value !== null ? streams.find((maker) => Object.getPrototypeOf(value) === maker.prototype) : undefined;
const isStream = (value: unknown): value is AsyncGenerator => makerOf(value) !== undefined;
const isLeaks = listOf(is<Leak>({ kind: 'string', splits: 'array', detail: 'string' }));

function datasetView(dataset: Dataset): Rich {
  const { name, inputShape, source, sampleRate, channels, notes } = dataset;
  const about = facts({ sample: times(inputShape), channels: channels?.join(', '), 'sample rate': sampleRate && `${sampleRate} Hz`, memory: `${grouped(memoryBytes(dataset))} B`, source });
  return titled(name, table(describe(dataset)), about, ...(notes?.length ? [notes.join('\n')] : []));
}

function splitView({ n, x, y, subjects }: Split): Rich {
  const people = subjects === undefined ? undefined : new Set(subjects.filter((one) => one >= 0)).size;
  return titled('Split', facts({ samples: grouped(n), 'values a sample': grouped(x.length / Math.max(1, n)), classes: new Set(y).size, people, memory: `${grouped(x.byteLength + y.byteLength)} B` }));
}

function manifestView({ title, name, home, licence, citation, format, files, manual }: Manifest): Rich {
  return titled(title, facts({ loader: name, home, licence, citation, format, files: files.map((file) => file.name).join(', ') || 'by hand', manual }));
}

/** What it makes of a second of sound, and how. */
function logMelView({ width, options: { rate, frameMs, stepMs, bands, low, high, coefficients }, frames }: LogMel): Rich {
  return titled('Log-mel front end', facts({
    'a second of sound': `${frames(rate)} frames × ${width} ${coefficients === undefined ? 'bands' : 'coefficients'}`,
    'sample rate': `${grouped(rate)} Hz`,
    frames: `of ${frameMs} ms, every ${stepMs} ms`,
    'mel bands': `${bands}, from ${grouped(low)} to ${grouped(high)} Hz`,
    use: 'transform(sound, out), or datasets.speechCommands',
  }));
}

function streamView(stream: AsyncGenerator): Rich {
  const { name } = makerOf(stream)!;
  const piece = name === 'streamTable' ? 'row' : 'batch';
  return titled(`Stream: datasets.${name}`, facts({ 'read so far': 'as much as was asked for', use: `for await (const ${piece} of stream) …` }));
}

export function registerData(): void {
  addRenderer(isSplit, splitView);
  addRenderer(isManifest, manifestView);
  addRenderer(isLeaks, (leaks) => table(leaks.map(({ kind, splits, detail }) => ({ kind, between: splits.join(' and '), detail }))));
  addRenderer(isStatistics, ({ mean, deviation }) => table(mean.map((value, channel) => ({ channel, mean: value, deviation: deviation[channel] }))));
  addRenderer(isLogMel, logMelView);
  addRenderer(isStream, streamView);
  addRenderer(isDataset, datasetView);
}
