import type { Architecture, Weights } from './architecture';
import { readBlobFile, writeBlobFile } from './blob-file';
import { flatWeights, nestedWeights } from './network-file';
import type { HistoryRow } from './history';

/** Where a training stands after an epoch. */
export interface Checkpoint {
  /** Tells whether the checkpoint belongs to the training that finds it. */
  readonly fingerprint: string;
  readonly architecture: Architecture;
  readonly step: number;
  readonly rows: readonly HistoryRow[];
  readonly weights: Weights;
  readonly optimizer: readonly Float32Array[];
  readonly best?: { readonly epoch: number; readonly value: number; readonly weights: Weights };
}

interface Header {
  readonly kind: 'checkpoint';
  readonly fingerprint: string;
  readonly step: number;
  readonly rows: readonly HistoryRow[];
  readonly slots: number;
  readonly best?: { readonly epoch: number; readonly value: number };
}

export function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  const { fingerprint, step, rows, weights, optimizer, best } = checkpoint;
  const arrays = new Map<string, Float32Array>();
  flatWeights(weights).forEach((values, name) => arrays.set(`now/${name}`, values));
  if (best) flatWeights(best.weights).forEach((values, name) => arrays.set(`best/${name}`, values));
  optimizer.forEach((values, i) => arrays.set(`slot/${i}`, values));
  const header: Header = {
    kind: 'checkpoint',
    fingerprint,
    step,
    rows,
    slots: optimizer.length,
    best: best && { epoch: best.epoch, value: best.value },
  };
  writeBlobFile(path, { header, arrays });
}

/** The checkpoint in the file, or undefined where it belongs to another training. */
export function readCheckpoint(path: string, architecture: Architecture, fingerprint: string): Checkpoint | undefined {
  const { header, arrays } = readBlobFile<Header>(path);
  if (header.kind !== 'checkpoint' || header.fingerprint !== fingerprint) return undefined;
  const under = (prefix: string): Map<string, Float32Array> =>
    new Map([...arrays].filter(([name]) => name.startsWith(prefix)).map(([name, a]) => [name.slice(prefix.length), a]));
  return {
    fingerprint,
    architecture,
    step: header.step,
    rows: header.rows,
    weights: nestedWeights(architecture, under('now/')),
    optimizer: Array.from({ length: header.slots }, (_, i) => arrays.get(`slot/${i}`) as Float32Array),
    best: header.best && { ...header.best, weights: nestedWeights(architecture, under('best/')) },
  };
}
