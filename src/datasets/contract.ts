import { ParetinoError, product } from '../base';
import { splitNames, type Dataset } from './dataset';

/**
 * What every Dataset promises, as a list of the promises that this one breaks (empty for a good one): lengths that fit,
 * labels within range, finite values, at least one training sample, one channel's statistics for each channel.
 */
export function contractBreaches(dataset: Dataset): string[] {
  const breaches: string[] = [];
  const expect = (holds: boolean, promise: string): void => void (holds || breaches.push(promise));
  const { inputShape, classes, channels, normalisation } = dataset;
  const size = product(inputShape);
  const last = inputShape[inputShape.length - 1];
  expect(dataset.name !== '' && dataset.source !== '', 'name and source are not empty');
  expect(inputShape.length === 2 || inputShape.length === 3, 'inputShape has 2 or 3 entries');
  expect(inputShape.every((extent) => Number.isInteger(extent) && extent > 0), 'inputShape holds whole numbers above 0');
  expect(classes.length >= 2 && new Set(classes).size === classes.length, 'there are at least 2 classes, each named once');
  expect(channels === undefined || channels.length === last, 'channels names each entry of the last axis');
  expect(!normalisation || (normalisation.mean.length === last && normalisation.deviation.length === last), 'normalisation has an entry for each channel');
  expect(normalisation?.deviation.every((deviation) => deviation > 0) ?? true, 'deviations are above 0');
  expect(dataset.train.n > 0, 'there is something to train with');
  for (const name of splitNames) {
    const { x, y, n, subjects, recordings, starts } = dataset[name];
    expect(x.length === n * size, `${name}.x holds n × ${inputShape.join(' × ')} values`);
    expect(y.length === n, `${name}.y holds n labels`);
    expect(y.every((label) => label >= 0 && label < classes.length), `${name}.y holds class indices`);
    expect(x.every(Number.isFinite), `${name}.x holds finite values`);
    for (const [what, values] of Object.entries({ subjects, recordings, starts })) {
      expect(values === undefined || values.length === n, `${name}.${what} holds n entries`);
    }
  }
  return breaches;
}

/** Gives the set back where it keeps its promises: for loaders of one's own. @throws ParetinoError listing the breaches */
export function checkDataset(dataset: Dataset): Dataset {
  const breaches = contractBreaches(dataset);
  if (breaches.length > 0) throw new ParetinoError(`data set ${dataset.name} breaks its contract: ${breaches.join('; ')}`);
  return dataset;
}
