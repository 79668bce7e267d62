import { check, createRng } from '../../../base';
import { latinHypercube } from '../../../math';
import { dimensionNames, sample, type Params } from '../../../space';
import type { Optimizer, OptimizerContext, Suggestion } from '../../../study';
import { drawFeasible, placeOf, pointOrRandom } from '../random';
import { foldHistory, toIndividual, type Individual } from './individuals';
import { rankPopulation, tournament } from './selection';
import { breed, checkVariation, offspring, type VariationOptions } from './variation';

/** Settings that NSGA-II, NSGA-III and their kin share. */
export interface GenerationalOptions extends VariationOptions {
  /** Individuals in a generation. Default 20. */
  readonly population?: number;
  /** Of the first generation's Latin hypercube. Default: the study's. */
  readonly seed?: number | string;
}

interface Replay {
  readonly parents: readonly Individual[];
  /** Finished trials of the generation under way, with and without values. */
  readonly children: readonly Individual[];
  readonly finished: number;
}

/** The first points of an evolutionary solver: a Latin hypercube of the population's size. */
export function firstGeneration(context: OptimizerContext, size: number, n: number, seed?: number | string): Suggestion[] {
  const design = latinHypercube(size, dimensionNames(context.space).length, createRng(seed ?? context.seed ?? 0).fork('first generation'));
  const from = placeOf(context);
  // Beyond it (more running at once than it has, or none of it came back) at random.
  const random = (): Params => drawFeasible(context, () => sample(context.space, context.rng));
  return Array.from({ length: n }, (_, i) => {
    const x = design[from + i] as number[] | undefined;
    return { params: x === undefined ? random() : pointOrRandom(context, x) };
  });
}

/**
 * A solver with generations, as a function of history alone: each `population` finished trials are a generation;
 * `select` keeps as many of parents and children.
 */
export function generational(
  name: string,
  options: GenerationalOptions,
  select: (pool: readonly Individual[], size: number) => readonly Individual[],
): Optimizer {
  const { population: size = 20, seed } = options;
  check(Number.isInteger(size) && size >= 2, 'population', size, 'an integer ≥ 2');
  checkVariation(options);
  const replay = foldHistory<Replay>(
    () => ({ parents: [], children: [], finished: 0 }),
    (state, trial, context) => {
      const child = toIndividual(context, trial);
      const children = child === undefined ? state.children : [...state.children, child];
      const finished = state.finished + 1;
      if (finished < size) return { ...state, children, finished };
      return { parents: select([...state.parents, ...children], size), children: [], finished: 0 };
    },
  );
  return {
    name,
    async suggest(context, n) {
      const { parents, children } = replay(context);
      // A first generation that failed throughout leaves no parents.
      const able = parents.length > 0 ? parents : context.history.length >= size ? children : [];
      if (able.length === 0) return firstGeneration(context, size, n, seed);
      const ranked = rankPopulation(able);
      const mate = (): Individual => tournament(ranked, context.rng);
      const made = breed(context, n, (space) => offspring(mate().x, mate().x, space, options, context.rng));
      return made.map((params) => ({ params }));
    },
  };
}
