import { check } from '../base';

/** Factor on the learning rate at `progress` in [0, 1): the share of all steps done. */
export interface LearningRateSchedule {
  /** Its name, for people. */
  readonly name: string;
  /** The learning rate at this point is the given one times this. */
  factorAt(progress: number): number;
}

/** The same rate throughout. */
export function constantSchedule(): LearningRateSchedule {
  return { name: 'constant', factorAt: () => 1 };
}

/** Half a cosine from 1 down to `floor` (Loshchilov and Hutter 2017, without restarts), after a linear warm-up. */
export function cosineSchedule(options: { warmUp?: number; floor?: number } = {}): LearningRateSchedule {
  const { warmUp = 0, floor = 0 } = options;
  check(warmUp >= 0 && warmUp < 1, 'warmUp', warmUp, 'a share of the steps, at least 0 and below 1');
  check(floor >= 0 && floor <= 1, 'floor', floor, 'a share of the learning rate, 0 to 1');
  return {
    name: 'cosine',
    factorAt(progress) {
      if (progress < warmUp) return Math.max(floor, progress / warmUp);
      const t = (progress - warmUp) / (1 - warmUp);
      return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * t));
    },
  };
}

/** Multiplied by `factor` at each of `milestones` (shares of the steps). */
export function stepSchedule(milestones: readonly number[] = [0.5, 0.75], factor = 0.1): LearningRateSchedule {
  check(milestones.every((milestone) => milestone >= 0 && milestone <= 1), 'milestones', milestones, 'shares of the steps, 0 to 1');
  check(factor > 0 && factor <= 1, 'factor', factor, 'a number above 0, at most 1');
  return {
    name: 'step',
    factorAt: (progress) => factor ** milestones.filter((milestone) => progress >= milestone).length,
  };
}
