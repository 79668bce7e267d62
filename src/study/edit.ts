/* Changing a trial that has not ended: the hand on the search. */
import { ArgumentError, check } from '../base';
import { checkParams, dimensionNames, type Params, type SearchSpace } from '../space';
import type { StoredStudy, TrialRecord } from './types';

/** Marks a trial whose parameters were changed after it was suggested. */
const EDITED = 'paretino:edited';

/** @throws ArgumentError naming a parameter that the space does not have */
export function checkNames(space: SearchSpace, params: Partial<Params>): void {
  const names = dimensionNames(space);
  for (const name of Object.keys(params)) check(names.includes(name), `params.${name}`, params[name], `one of the dimensions ${names.join(', ')}`);
}

/** Parameters of a trial with some of them changed; undefined switches a conditional one off. */
export function mergedParams(space: SearchSpace, trial: TrialRecord, changes: Partial<Params>): Params {
  const before = (trial.state === 'waiting' ? trial.system?.fixed_params : trial.params) as Params | undefined;
  const merged = { ...before, ...changes } as Record<string, Params[string] | undefined>;
  checkNames(space, changes);
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as Params;
}

/** Writes the parameters of a running or a waiting trial. */
export async function writeEdit(stored: StoredStudy, space: SearchSpace, trial: TrialRecord, params: Params): Promise<void> {
  if (trial.state === 'waiting') {
    await stored.setParams(trial.number, {}, space.dimensions, { fixed_params: params });
    return;
  }
  if (trial.state !== 'running') throw new ArgumentError('trial', trial.number, `a running or waiting trial; this one is ${trial.state}`);
  checkParams(space, params);
  const gone = Object.keys(trial.params).filter((name) => params[name] === undefined);
  check(gone.length === 0, 'params', gone, 'no parameter switched off: a stored one stays; end the trial and enqueue the new point instead');
  await stored.setParams(trial.number, params, space.dimensions, { [EDITED]: true });
}
