/** Samples as every function takes them: in memory, or from a stream that is read anew each time. */
import { check, type Rng } from '../base';

/** Samples without labels. */
export interface Inputs {
  /** n × (height · width · channels), normalised as in training. */
  readonly x: Float32Array;
  /** Samples. */
  readonly n: number;
}

/** Labelled samples: what is needed of a data set's split. */
export interface Samples extends Inputs {
  /** n class indices. */
  readonly y: Int32Array;
}

/**
 * Samples that need not fit in memory, such as `datasets.streamCsvWindows` gives:
 *
 *     const { n, ...normalisation } = await datasets.streamStatistics(windowsOf({}), channels);
 *     const train = { n, batches: (epoch) => datasets.shuffled(windowsOf({ normalisation }), 4096, epoch) };
 *     await nn.train(model, { train, validation }, { epochs: 5 });
 */
export interface SampleStream {
  /** Samples that each reading gives. */
  readonly n: number;
  /** Reads them all, in batches of any size; epochs of a training count from 1, every other reading is 0. */
  batches(epoch: number): AsyncIterable<Samples>;
}

/** Labelled samples, from memory or from a stream. */
export type SampleSource = Samples | SampleStream;

/** Samples whose labels are not looked at, from memory or from a stream. */
export type InputSource = Inputs | SampleStream;

/** True for samples that are read from a stream. */
export function isStream(samples: InputSource): samples is SampleStream {
  return 'batches' in samples;
}

/** What samples must be. */
export interface SampleForm {
  /** What errors call them. */
  readonly name: string;
  /** Numbers in a sample. */
  readonly size: number;
  /** Labels, where there are any, are below this. */
  readonly classes?: number;
  /** Labels must be there. */
  readonly isLabelled?: boolean;
}

/** Samples, labelled or not. */
export type AnySamples = Inputs & Partial<Samples>;

/** @throws ArgumentError for none, or for samples in memory of another size or other classes */
export function checkSamples(samples: InputSource, { name, size, classes, isLabelled = false }: SampleForm): void {
  // From a notebook anything may come.
  check((samples as InputSource | undefined) !== undefined, name, samples, '{ x, y, n } or a stream of samples');
  check(samples.n > 0 && Number.isInteger(samples.n), `${name}.n`, samples.n, 'at least one sample');
  if (isStream(samples)) return;
  const { x, y, n } = samples as AnySamples;
  check(ArrayBuffer.isView(x), `${name}.x`, x, 'a Float32Array');
  check(x.length === n * size, `${name}.x`, x.length, `${n} × ${size} numbers`);
  if (!y && !isLabelled) return;
  check(y, `${name}.y`, y, `${n} labels`);
  check(y.length === n, `${name}.y`, y.length, `${n} labels`);
  if (classes === undefined) return;
  const bad = y.findIndex((label) => !(label >= 0 && label < classes));
  check(bad < 0, `${name}.y[${bad}]`, y[bad], `a class of 0 to ${classes - 1} (the model's output)`);
}

/** @throws ArgumentError naming the first number that is none */
export function checkFinite(name: string, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) check(Number.isFinite(x[i]), `${name}[${i}]`, x[i], 'a finite number');
}

/**
 * A stream's samples in batches of `batch`, in its own order; the last may be smaller.
 * @throws ArgumentError where samples do not fit, or are not as many as was said
 */
export async function* rebatched(stream: SampleStream, batch: number, { size, classes }: SampleForm, epoch: number): AsyncGenerator<Samples> {
  const empty = () => ({ x: new Float32Array(batch * size), y: new Int32Array(batch) });
  let [full, filled, seen] = [empty(), 0, 0];
  for await (const piece of stream.batches(epoch)) {
    checkSamples(piece, { name: 'batch', size, classes });
    seen += piece.n;
    check(seen <= stream.n, 'stream.n', stream.n, `the number of samples that the stream gives: ${seen} or more`);
    for (let at = 0; at < piece.n; ) {
      const count = Math.min(batch - filled, piece.n - at);
      full.x.set(piece.x.subarray(at * size, (at + count) * size), filled * size);
      full.y.set(piece.y.subarray(at, at + count), filled);
      [at, filled] = [at + count, filled + count];
      if (filled < batch) continue;
      yield { ...full, n: batch };
      [full, filled] = [empty(), 0];
    }
  }
  check(seen === stream.n, 'stream.n', stream.n, `the number of samples that the stream gives: ${seen}`);
  if (filled > 0) yield { x: full.x.subarray(0, filled * size), y: full.y.subarray(0, filled), n: filled };
}

function* sliced(samples: AnySamples, batch: number, size: number): Generator<AnySamples> {
  const { x, y, n } = samples;
  for (let from = 0; from < n; from += batch) {
    const to = Math.min(n, from + batch);
    yield { x: x.subarray(from * size, to * size), y: y?.subarray(from, to), n: to - from };
  }
}

/**
 * Samples in their order, in batches of `batch`; the last may be smaller. Not to be written to.
 * @throws ArgumentError for none, or for samples that do not fit or are not finite
 */
export function inBatches(samples: SampleSource, batch: number, form: SampleForm): AsyncGenerator<Samples>;
export function inBatches(samples: InputSource, batch: number, form: SampleForm): AsyncGenerator<AnySamples>;
export async function* inBatches(samples: InputSource, batch: number, form: SampleForm): AsyncGenerator<AnySamples> {
  checkSamples(samples, form);
  check(Number.isInteger(batch) && batch > 0, 'batchSize', batch, 'an integer of at least 1');
  for await (const own of isStream(samples) ? rebatched(samples, batch, form, 0) : sliced(samples, batch, form.size)) {
    checkFinite(`${form.name}.x`, own.x);
    yield own;
  }
}

/** All of them, in memory. @throws ArgumentError where they do not fit */
export function inMemory(samples: SampleSource, form: SampleForm): Promise<Samples>;
export function inMemory(samples: InputSource, form: SampleForm): Promise<Inputs>;
export async function inMemory(samples: InputSource, form: SampleForm): Promise<Inputs> {
  checkSamples(samples, form);
  if (!isStream(samples)) return samples;
  let all: Samples | undefined;
  for await (const whole of rebatched(samples, samples.n, form, 0)) all = whole;
  return all as Samples;
}

/** Numbers in each of these samples. */
function sizeIn(name: string, { x, n }: Inputs): number {
  const size = x.length / n;
  check(Number.isInteger(size), `${name}.x`, x.length, `a multiple of ${n} numbers`);
  return size;
}

function chosenFromMemory(samples: AnySamples, places: ArrayLike<number>): AnySamples {
  const { x, y } = samples;
  const size = sizeIn('samples', samples);
  const chosen = new Float32Array(places.length * size);
  for (let i = 0; i < places.length; i++) chosen.set(x.subarray(places[i] * size, (places[i] + 1) * size), i * size);
  return { x: chosen, n: places.length, ...(y && { y: Int32Array.from(places, (place) => y[place]) }) };
}

function chosenFromStream(stream: SampleStream, places: ArrayLike<number>): SampleStream {
  const n = places.length;
  const targets = new Map(Array.from(places, (place, i) => [place, i]));
  return {
    n,
    async *batches(epoch) {
      const y = new Int32Array(n);
      let [x, seen, found] = [new Float32Array(0), 0, 0];
      for await (const piece of stream.batches(epoch)) {
        const size = sizeIn('batch', piece);
        if (seen === 0) x = new Float32Array(n * size);
        for (let i = 0; i < piece.n; i++) {
          const target = targets.get(seen + i);
          if (target === undefined) continue;
          x.set(piece.x.subarray(i * size, (i + 1) * size), target * size);
          y[target] = piece.y[i];
          found++;
        }
        seen += piece.n;
        if (found === n) break;
      }
      check(found === n, 'stream.n', stream.n, `the number of samples that the stream gives: ${seen}`);
      yield { x, y, n };
    },
  };
}

/** Those at the given places, all different, in that order. Of a stream it is a stream: each reading goes through the whole one. */
export function chosenFrom(samples: SampleSource, places: ArrayLike<number>): SampleSource;
export function chosenFrom(samples: InputSource, places: ArrayLike<number>): InputSource;
export function chosenFrom(samples: InputSource, places: ArrayLike<number>): InputSource {
  return isStream(samples) ? chosenFromStream(samples, places) : chosenFromMemory(samples, places);
}

/** A seeded choice of so many of them, or all of fewer, in a mixed order. */
export function chosenAtRandom(samples: SampleSource, count: number, rng: Rng): SampleSource;
export function chosenAtRandom(samples: InputSource, count: number, rng: Rng): InputSource;
export function chosenAtRandom(samples: InputSource, count: number, rng: Rng): InputSource {
  return chosenFrom(samples, rng.shuffle(Array.from({ length: samples.n }, (_, i) => i)).slice(0, count));
}
