import { chosenFrom, type InputSource, type SampleSource } from '../nn';

/** At most `most` of the samples, evenly spread over them: data sets are often sorted by class or person. */
export function spreadSamples(samples: SampleSource, most: number): SampleSource;
export function spreadSamples(samples: InputSource, most: number): InputSource;
export function spreadSamples(samples: InputSource, most: number): InputSource {
  const { n } = samples;
  return n <= most ? samples : chosenFrom(samples, Array.from({ length: most }, (_, i) => Math.floor((i * n) / most)));
}
