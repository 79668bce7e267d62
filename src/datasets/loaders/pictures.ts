import { createRng } from '../../base';
import { subset, type RawPart } from '../assemble';
import type { SplitName } from '../dataset';
import type { LoadOptions } from '../options';
import { holdOut } from '../sample';

/** The three parts of a set that brings training and test files: validation is held out of training, class by class. */
export function pictureParts(train: RawPart, test: RawPart, options: LoadOptions): Record<SplitName, RawPart> {
  const rng = createRng(options.seed ?? 0).fork('validation');
  const { kept, held } = holdOut(train.y, options.validationFraction ?? 0.1, rng);
  return { train: subset(train, kept), validation: subset(train, held), test };
}
