/* What drives a study in this process: one trial after the other, by what anybody may call on it. */
import { CancelledError, messageOf, nested, throwIfCancelled, untilAborted, type LongWork } from '../base';
import { endedTrials, wasInterrupted } from './ended';
import type { Evaluation } from './known';
import { SpaceExhaustedError } from './propose';
import { runLimit, type RunLimits } from './run-limit';
import type { Study } from './study';
import { TrialPruned, type Trial } from './trial';
import type { TrialRecord } from './types';

/** What a study runs: an evaluation of a trial, as values in the objectives' order or by name. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a function for any parameters
export type ObjectiveFunction<P = any> = (trial: Trial<P>, work: LongWork) => Evaluation | Promise<Evaluation>;

/** How long a run goes on, what it tells, and what a failed trial means to it. */
export interface RunOptions extends LongWork, RunLimits {
  /** Called after each trial, the failed ones too. */
  onTrial?: (trial: TrialRecord) => void;
  /** What to do after a failed trial: stop with its error (default), or go on. */
  onFailure?: 'stop' | 'continue';
}

/** As `Study.step`. */
export async function stepStudy<P>(study: Study<P>, objective: ObjectiveFunction<P>, work: LongWork): Promise<TrialRecord> {
  const trial = await study.ask(work);
  const recordOf = (): TrialRecord => study.trials[trial.number];
  const label = `trial ${trial.number}`;
  const inner: LongWork = { signal: work.signal, onProgress: nested(work.onProgress, label) };
  work.onProgress?.({ path: [label], done: 0, total: 1 });
  let evaluation: Evaluation;
  try {
    evaluation = await untilAborted(() => objective(trial, inner), work.signal, 'the trial');
  } catch (error) {
    if (error instanceof TrialPruned) await study.prune(trial, error.message);
    else if (work.signal?.aborted || error instanceof CancelledError) await study.interrupt(trial.number, messageOf(error));
    else if (recordOf().state === 'running') await study.fail(trial, messageOf(error));
    if (error instanceof TrialPruned) return recordOf();
    throw error;
  }
  // The objective function may have ended the trial itself.
  const record = recordOf().state === 'running' ? await study.tell(trial, evaluation) : recordOf();
  const metrics = Object.fromEntries(study.objectives.flatMap(({ name }, j) => (record.values ? [[name, record.values[j]]] : [])));
  work.onProgress?.({ path: [label], done: 1, total: 1, metrics });
  return record;
}

/** As `Study.run`. */
export async function runStudy<P>(study: Study<P>, objective: ObjectiveFunction<P>, options: RunOptions): Promise<string | undefined> {
  const { onTrial, onFailure = 'stop', signal, onProgress } = options;
  const ended = (): number => endedTrials(study.trials).length;
  runLimit(options, 0);
  await study.refresh();
  const limit = runLimit(options, ended());
  const { wanted, count } = limit;
  const progress = (): void => {
    const metrics = { front: study.front().length };
    onProgress?.({ path: ['study'], done: limit.doneOf(ended()), total: count, unit: 'trial', metrics });
  };
  progress();
  while (ended() < wanted) {
    throwIfCancelled(signal, 'the study');
    const reason = limit.reason(study);
    if (reason !== undefined) return reason;
    const before = study.trials.length;
    try {
      await study.step(objective, { signal, onProgress: nested(onProgress, 'study') });
    } catch (error) {
      if (error instanceof SpaceExhaustedError) return error.message;
      const failed = study.trials.length > before ? study.trials[study.trials.length - 1] : undefined;
      if (failed) onTrial?.(failed);
      // Without a trial there was no evaluation that could have failed.
      if (signal?.aborted || onFailure === 'stop' || failed === undefined || wasInterrupted(failed)) throw error;
      progress();
      continue;
    }
    onTrial?.(study.latest()!);
    progress();
  }
  return undefined;
}
