/* What the worker processes of `paretino run --workers` load: the objective of the module that was given to it. */
import type { LongWork } from '../base';
import type { Evaluation, Trial } from '../study';
import { loadTask } from './load-task';

/** Names the module to the workers, which inherit the environment. */
export const MODULE_VARIABLE = 'PARETINO_RUN_MODULE';

let loaded: ReturnType<typeof loadTask> | undefined;

/** One module serves all the trials of a process. */
export async function objective(trial: Trial, work: LongWork): Promise<Evaluation> {
  loaded ??= loadTask(process.env[MODULE_VARIABLE] ?? '');
  return (await loaded).objective(trial, work);
}
