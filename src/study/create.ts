import { isDeepStrictEqual } from 'node:util';
import { ArgumentError, check } from '../base';
import { defineSpace, type Dimension, type SearchSpace } from '../space';
import { memoryStorage } from './memory';
import { Study } from './study';
import type { Constraint, Objective, Optimizer, StoredStudy, StudyStorage } from './types';

/** What a study is made of, or found again by: see `createStudy`. */
export interface StudyOptions<P> {
  /** Under which it is stored and found again. */
  readonly name: string;
  /** What parameters may be: `defineSpace` makes one. */
  readonly space: SearchSpace<P>;
  /** What is to be minimised or maximised; at least one, names that differ. */
  readonly objectives: readonly Objective<P>[];
  /** Which trials are feasible; without any, all are. Only feasible ones are on the front. */
  readonly constraints?: readonly Constraint<P>[];
  /** What suggests the trials, such as `optimize.bayesian()`. */
  readonly optimizer: Optimizer;
  /** `memoryStorage()`, `journalStorage(path)` …; absent: not kept beyond this object. */
  readonly storage?: StudyStorage;
  /** Everything that the study draws at random follows from it. Default 0. */
  readonly seed?: number | string;
  /** Which running trials of an earlier process become failed ones: those whose process has ended (default), all, none. */
  readonly recover?: 'dead' | 'all' | 'none';
}

const DEFINITION = 'paretino:study';
const METRIC_NAMES = 'study:metric_names';

interface Definition {
  readonly version: 1;
  readonly seed: number | string;
  readonly space: Readonly<Record<string, unknown>>;
  readonly objectives: readonly { readonly label?: string; readonly reference?: number }[];
  readonly constraints: readonly unknown[];
}

function describeDimension({ when, ...dimension }: Dimension & { when?: unknown }): unknown {
  return when === undefined ? dimension : { ...dimension, conditional: true };
}

/** What must not change between one run and the next, as plain JSON. */
function define<P>(options: StudyOptions<P>): Definition {
  const { space, objectives, constraints = [], seed = 0 } = options;
  const definition = {
    version: 1,
    seed,
    space: Object.fromEntries(Object.entries(space.dimensions).map(([name, one]) => [name, describeDimension(one)])),
    objectives: objectives.map(({ name, direction, known, label, reference }) => ({ name, direction, known: known !== undefined, label, reference })),
    constraints: constraints.map(({ name, upper, lower }) => ({ name, upper, lower })),
  };
  return JSON.parse(JSON.stringify(definition)) as Definition;
}

function checkOptions<P>(options: StudyOptions<P>): void {
  const { name, objectives, constraints = [], optimizer, space, seed = 0 } = options;
  check(typeof name === 'string' && name.length > 0, 'name', name, 'a text');
  check(space !== null && typeof space?.dimensions === 'object', 'space', space, 'a space, made by defineSpace');
  defineSpace(space.dimensions);
  check(Array.isArray(objectives) && objectives.length > 0, 'objectives', objectives, 'at least one objective');
  const names = objectives.map((objective) => objective.name);
  check(new Set(names).size === names.length, 'objectives', names, 'names that differ');
  for (const { name: one, direction, reference } of objectives) {
    check(typeof one === 'string' && one.length > 0, 'objective, name', one, 'a text');
    check(direction === 'minimize' || direction === 'maximize', `objective '${one}', direction`, direction, "'minimize' or 'maximize'");
    check(reference === undefined || Number.isFinite(reference), `objective '${one}', reference`, reference, 'a finite number');
  }
  for (const { name: one, upper, lower } of constraints) {
    check(upper !== undefined || lower !== undefined, `constraint '${one}'`, { upper, lower }, 'an upper or a lower limit');
    for (const limit of [upper, lower]) check(limit === undefined || Number.isFinite(limit), `constraint '${one}'`, limit, 'a finite limit');
    check(!((lower ?? -Infinity) > (upper ?? Infinity)), `constraint '${one}'`, { lower, upper }, 'lower ≤ upper');
  }
  check(typeof optimizer?.suggest === 'function', 'optimizer', optimizer, 'an optimiser, such as optimize.randomSearch()');
  check(typeof seed === 'string' || Number.isFinite(seed), 'seed', seed, 'a finite number or a string');
}

/** Names what differs between the study in the storage and the one asked for. */
function checkAgreement<P>(stored: StoredStudy, options: StudyOptions<P>): number | string {
  const place = `as study '${stored.name}' in ${options.storage?.description ?? 'memory'} has`;
  const directions = options.objectives.map((objective) => objective.direction);
  const wanted = define(options);
  const found = stored.system[DEFINITION] as Definition | undefined;
  if (found === undefined) {
    // Begun by Optuna, which knows only the directions, and perhaps names.
    check(isDeepStrictEqual(directions, [...stored.directions]), 'objectives, directions', directions, `${stored.directions.join(', ')}, ${place}`);
    const names = stored.system[METRIC_NAMES] as string[] | undefined;
    const mine = options.objectives.map((objective) => objective.name);
    check(names === undefined || isDeepStrictEqual(names, mine), 'objectives', mine, `${names?.join(', ')}, ${place}`);
    return wanted.seed;
  }
  for (const name of new Set([...Object.keys(found.space), ...Object.keys(wanted.space)])) {
    const ok = isDeepStrictEqual(found.space[name], wanted.space[name]);
    check(ok, `space.${name}`, wanted.space[name], `${JSON.stringify(found.space[name]) ?? 'no such dimension'}, ${place}`);
  }
  // What an axis is called, and from where a hypervolume is measured, may change at any time.
  const unlabelled = ({ objectives }: Definition): unknown => objectives.map(({ label: _, reference: __, ...rest }) => rest);
  for (const [part, theirs, mine] of [
    ['objectives', unlabelled(found), unlabelled(wanted)],
    ['constraints', found.constraints, wanted.constraints],
  ] as const) {
    check(isDeepStrictEqual(theirs, mine), part, mine, `${JSON.stringify(theirs)}, ${place}`);
  }
  if (options.seed !== undefined) check(found.seed === options.seed, 'seed', options.seed, `${JSON.stringify(found.seed)}, ${place}`);
  return found.seed;
}

/**
 * The study of this name in the storage, to go on with, or a new one. One that was killed in the middle of a trial goes
 * on without that trial.
 * @throws ArgumentError naming what is wrong, or what differs from the stored study: dimension, objectives, seed
 */
export async function createStudy<P>(options: StudyOptions<P>): Promise<Study<P>> {
  checkOptions(options);
  const { space, objectives, constraints = [], optimizer, recover = 'dead' } = options;
  const storage = options.storage ?? memoryStorage();
  const definition = define(options);
  const stored = await storage.open(options.name, {
    directions: objectives.map((objective) => objective.direction),
    system: { [DEFINITION]: definition, [METRIC_NAMES]: objectives.map((objective) => objective.name) },
  });
  if (stored === undefined) throw new ArgumentError('storage', storage.description, 'a storage that creates studies');
  const seed = checkAgreement(stored, options);
  const study = new Study<P>(stored, { space, objectives, constraints, optimizer, seed });
  if (recover !== 'none') await study.recover(recover);
  return study;
}
