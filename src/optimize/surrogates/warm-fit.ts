/*
 * Hyper-parameters for data that grow by one row at a time, at a fraction of the cost of a fit from scratch each time,
 * yet as a pure function of the data: a full fit (several kernels and starting points) to the first c rows, c the last
 * of a growing series of sizes, and from there one short descent on all n. A study read back from disk repeats the fit
 * at c once and goes on exactly as the one that never stopped; the cache only saves time.
 */
import type { Steps } from '../../base';
import { fitMapSteps, type FitOptions } from './map-fit';
import type { Hyperparameters, Inputs } from './covariance';
import type { RadialKernel } from './kernels';

/** As `FitOptions`, without what the warm fit chooses itself. */
export type WarmFitOptions = Omit<FitOptions, 'kernel' | 'start'>;

export interface KernelFit {
  readonly kernel: RadialKernel;
  readonly hyper: Hyperparameters;
}

/** A descent from hyper-parameters of most of the same data has little to gain. */
const REFINEMENT: Partial<FitOptions> = { maxIterations: 12, functionTolerance: 1e-5 };

/** Full fits by content, best kernel first; give the same one to calls about the same growing data. */
export type FitCache = Map<string, readonly KernelFit[]>;

const CACHE_SIZE = 128;
/** Above this many rows a full fit is made on evenly spaced ones first. */
const FULL_ROWS = 100;
/** Above this many rows the density hardly ever has another peak that a second start would find. */
const MANY_ROWS = 60;

/** The largest of 4, 5, 7, 9, 12 … (each a quarter more than the last) that is ≤ n; n itself below 4. */
export function checkpoint(n: number): number {
  let size = Math.min(n, 4);
  for (let next = size; next <= n; next = Math.ceil(1.25 * next)) {
    size = next;
    if (next < 4) break;
  }
  return size;
}

/** Outputs in the units of a model that sees these and no others. */
export type Standardise = (values: readonly number[]) => Float64Array;

/** Rows at the given places. */
function pick(inputs: Inputs, at: readonly number[]): Inputs {
  const { d, kinds } = inputs;
  const x = new Float64Array(at.length * d);
  at.forEach((i, k) => x.set(inputs.x.subarray(i * d, (i + 1) * d), k * d));
  return { n: at.length, d, x, kinds };
}

/** 2 × 32-bit FNV-1a of the numbers' bytes. */
function digest(...arrays: readonly Float64Array[]): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (const array of arrays) {
    const words = new Uint32Array(array.buffer, array.byteOffset, 2 * array.length);
    for (let i = 0; i < words.length; i++) {
      a = Math.imul(a ^ words[i], 0x01000193);
      b = Math.imul(b ^ words[i], 0x85ebca6b) ^ (b >>> 13);
    }
  }
  return `${a >>> 0}.${b >>> 0}`;
}

/**
 * What a later kernel of the list must gain on the first, in nats an observation, to be chosen: a smooth kernel wrongly
 * chosen is sure of itself where nothing was tried and never looks there, while a rough one only learns more slowly.
 */
const PREFERENCE = 0.15;

/**
 * For each kernel the hyper-parameters of greatest posterior density, best first: from several starting points, or of
 * many rows from the most likely of them, the other kernels from where the first ended.
 */
export function* fullFit(
  inputs: Inputs,
  y: Float64Array,
  kernels: readonly RadialKernel[],
  options: WarmFitOptions,
): Steps<KernelFit[]> {
  const fits: { kernel: RadialKernel; hyper: Hyperparameters; merit: number }[] = [];
  for (const [i, kernel] of kernels.entries()) {
    const one = inputs.n > MANY_ROWS ? { restarts: 1, start: fits[0]?.hyper } : {};
    const { hyper, logPosterior } = yield* fitMapSteps(inputs, y, { ...one, ...options, kernel });
    fits.push({ kernel, hyper, merit: logPosterior - (i > 0 ? PREFERENCE * inputs.n : 0) });
  }
  return fits.sort((a, b) => b.merit - a.merit).map(({ kernel, hyper }) => ({ kernel, hyper }));
}

function* refined(inputs: Inputs, y: Float64Array, from: KernelFit, options: WarmFitOptions): Steps<KernelFit> {
  const { kernel, hyper: start } = from;
  const { hyper } = yield* fitMapSteps(inputs, y, { ...options, ...REFINEMENT, kernel, start });
  return { kernel, hyper };
}

/** Fits n × d inputs and n outputs; see above. `rank` 0 is the best kernel, 1 the next. */
export function* warmFit(
  inputs: Inputs,
  values: readonly number[],
  standardise: Standardise,
  kernels: readonly RadialKernel[],
  options: WarmFitOptions,
  cache: FitCache,
  rank = 0,
): Steps<KernelFit> {
  const { n } = inputs;
  const size = checkpoint(n);
  const head = pick(inputs, Array.from({ length: size }, (_, i) => i));
  const y = standardise(values.slice(0, size));
  const id = `${size} ${kernels.map((kernel) => kernel.name).join()} ${options.noise ?? ''} ${digest(head.x, y)}`;
  const keep = (key: string, fits: readonly KernelFit[]): void => {
    if (cache.size >= CACHE_SIZE) cache.delete([...cache.keys()][0]);
    cache.set(key, fits);
  };
  let start = cache.get(id);
  if (start === undefined) {
    const count = Math.min(size, FULL_ROWS);
    const at = Array.from({ length: count }, (_, i) => Math.floor((i * size) / count));
    start = yield* fullFit(pick(inputs, at), standardise(at.map((i) => values[i])), kernels, options);
    keep(id, start);
  }
  let fit = start[Math.min(rank, start.length - 1)];
  if (size > FULL_ROWS) {
    // The fit to a part is put right on the whole head, once, for the kernel that is wanted.
    const refinedId = `${id} ${fit.kernel.name}`;
    const whole = cache.get(refinedId);
    if (whole) [fit] = whole;
    else {
      fit = yield* refined(head, y, fit, options);
      keep(refinedId, [fit]);
    }
  }
  return size === n ? fit : yield* refined(inputs, standardise(values), fit, options);
}
