import { check } from '../../../base';
import type { PruningSchedule } from './schedule';

/** All at once, after a share of the training; what follows is fine-tuning. */
export function oneShot({ at = 0.5 }: { at?: number } = {}): PruningSchedule {
  check(at >= 0 && at <= 1, 'at', at, 'a share of 0 to 1');
  return { name: 'oneShot', sparsityAt: (step, totalSteps) => (step >= at * totalSteps ? 1 : 0) };
}
