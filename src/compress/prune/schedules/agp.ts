import { check } from '../../../base';
import type { PruningSchedule } from './schedule';

/**
 * Automated gradual pruning (Zhu and Gupta 2017, eq. 1): s_t = s_f · (1 − (1 − (t − t₀)/(t₁ − t₀))³), from 0.
 * @param begin, end of the gradual part, as shares of the training; what follows is fine-tuning.
 */
export function agp({ begin = 0.1, end = 0.7 }: { begin?: number; end?: number } = {}): PruningSchedule {
  check(begin >= 0 && begin < end && end <= 1, 'begin, end', [begin, end], 'shares with 0 ≤ begin < end ≤ 1');
  return {
    name: 'agp',
    sparsityAt(step, totalSteps) {
      const t = (step / totalSteps - begin) / (end - begin);
      return t <= 0 ? 0 : t >= 1 ? 1 : 1 - (1 - t) ** 3;
    },
  };
}
