import { check, DataError } from '../base';
import type { Dataset } from './dataset';
import { findDataset } from './locate';
import { readManifest } from './manifest';
import { cifar10 } from './loaders/cifar10';
import { fashionMnist } from './loaders/fashion-mnist';
import { generatedImages } from './loaders/generated-images';
import { generatedImu } from './loaders/generated-imu';
import { daliac } from './loaders/daliac';
import { geotecHar } from './loaders/geotec-har';
import type { LoadOptions } from './options';

/** A data set to try, and how to know without reading it whether its files are here. */
export interface Candidate {
  /** For the message that says which one was taken. */
  readonly name: string;
  /** False leaves it out. Without it the set is always there (a generated one). */
  readonly present?: () => boolean;
  /** Called for the first candidate that is present, and for no other. */
  readonly load: () => Promise<Dataset>;
}

/** A candidate whose files are described by datasets/<manifest>.json. */
export function candidate(manifest: string, load: () => Promise<Dataset>): Candidate {
  const about = readManifest(manifest);
  return { name: about.title, present: () => findDataset(about) !== undefined, load };
}

/**
 * Loads the first candidate that is on this machine; the result's `source` and `name` say which. A set that is there
 * but damaged is an error, not a reason to go on to the next.
 * @throws DataError where none is there.
 */
export async function firstAvailable(candidates: readonly Candidate[]): Promise<Dataset> {
  check(candidates.length > 0, 'candidates', candidates, 'at least one');
  for (const { present, load } of candidates) if (present?.() ?? true) return load();
  throw new DataError(candidates.map(({ name }) => name).join(', '), undefined, 'none of them is on this machine');
}

/**
 * Something to start with, real where there is any, never downloaded: for 'signals' DaLiAc, else GeoTec HAR, else the
 * generated IMU set; for 'pictures' CIFAR-10, else Fashion-MNIST, else the generated pictures.
 */
export function quickstartDataset(kind: 'signals' | 'pictures' = 'signals', options: Omit<LoadOptions, 'folder' | 'download'> = {}): Promise<Dataset> {
  check(kind === 'signals' || kind === 'pictures', 'kind', kind, "'signals' or 'pictures'");
  const { validationFraction: _, ...forGenerated } = options;
  return firstAvailable(kind === 'signals'
    ? [
        candidate('daliac', () => daliac(options)),
        candidate('geotec-har', () => geotecHar(options)),
        { name: 'generated IMU', load: () => generatedImu(forGenerated) },
      ]
    : [
        candidate('cifar10', () => cifar10(options)),
        candidate('fashion-mnist', () => fashionMnist(options)),
        { name: 'generated pictures', load: () => generatedImages(forGenerated) },
      ]);
}
