import { CancelledError, messageOf, nested, throwIfCancelled } from '../../base';
import { endedTrials, SpaceExhaustedError, TrialPruned, runLimit, type Evaluation, type RunOptions, type Study, type Trial } from '../../study';
import { ExecutorError, TrialLostError, type Executor } from './executor';

/** A trial that came back: with an evaluation, or with what was thrown. */
interface Completion<P> {
  readonly trial: Trial<P>;
  readonly evaluation?: Evaluation;
  readonly error?: unknown;
}

/** Ends the trial in the study. Gives the error that a run with `onFailure: 'stop'` ends with. */
async function settle<P>(study: Study<P>, { trial, evaluation, error }: Completion<P>, aborted: boolean): Promise<unknown> {
  const isOpen = study.trials[trial.number].state === 'running';
  if (error === undefined) {
    if (!isOpen) return undefined;
    try {
      await study.tell(trial, evaluation as Evaluation);
      return undefined;
    } catch (wrong) {
      return wrong;
    }
  }
  if (error instanceof TrialPruned) {
    if (isOpen) await study.prune(trial, error.message);
    return undefined;
  }
  const blameless = aborted || error instanceof CancelledError || error instanceof ExecutorError;
  if (blameless) await study.interrupt(trial, messageOf(error));
  else if (isOpen) await study.fail(trial, messageOf(error));
  // What an executor contains does not end a run.
  return error instanceof TrialLostError ? undefined : error;
}

/**
 * As `study.run`, with as many trials at the same time as the executor has slots. The optimiser is told of those that
 * still run; results are told one at a time in the order in which they come, and each makes room for the next, so that
 * the same order of completion gives the same study. A trial that the executor lost (crash, time, memory) counts as
 * failed, with the reason, and never ends the run. The executor stays open.
 * @throws as `study.run`, and ExecutorError where nothing can be evaluated; the trials that still run are then interrupted
 */
export async function runParallel<P>(study: Study<P>, executor: Executor<P>, options: RunOptions): Promise<string | undefined> {
  const { onTrial, onFailure = 'stop', signal, onProgress } = options;
  runLimit(options, 0);
  throwIfCancelled(signal, 'the study');
  await study.refresh();
  const limit = runLimit(options, endedTrials(study.trials).length);
  const { wanted, count } = limit;
  const inner = new AbortController();
  const abort = (): void => inner.abort();
  signal?.addEventListener('abort', abort, { once: true });

  const arrived: Completion<P>[] = [];
  let wake: () => void = () => {};
  let running = 0;
  const start = (trial: Trial<P>): void => {
    running++;
    const work = { signal: inner.signal, onProgress: nested(nested(onProgress, 'study'), `trial ${trial.number}`) };
    const arrive = (completion: Completion<P>): void => {
      arrived.push(completion);
      wake();
    };
    executor.evaluate(trial, work).then((evaluation) => arrive({ trial, evaluation }), (error: unknown) => arrive({ trial, error: error ?? new Error('nothing thrown') }));
  };
  const progress = (): void => {
    const metrics = { front: study.front().length, running };
    onProgress?.({ path: ['study'], done: limit.doneOf(endedTrials(study.trials).length), total: count, unit: 'trial', metrics });
  };

  let failure: { readonly error: unknown } | undefined;
  const stop = (error: unknown): void => {
    failure ??= { error };
    inner.abort();
  };
  let reason: string | undefined;
  const fill = async (): Promise<void> => {
    reason ??= limit.reason(study);
    while (!failure && reason === undefined && running < executor.slots && endedTrials(study.trials).length + running < wanted) {
      try {
        start(await study.ask({ signal: inner.signal }));
      } catch (error) {
        if (error instanceof SpaceExhaustedError) reason = error.message;
        else stop(error);
      }
    }
  };

  try {
    progress();
    for (;;) {
      await fill();
      if (running === 0) break;
      if (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const completion = arrived.shift()!;
      running--;
      try {
        const error = await settle(study, completion, inner.signal.aborted);
        if (error !== undefined && (onFailure === 'stop' || error instanceof ExecutorError)) stop(error);
        onTrial?.(study.trials[completion.trial.number]);
        progress();
      } catch (error) {
        // The storage or the caller's own function: the trials that run are still brought to an end.
        stop(error);
      }
    }
  } finally {
    inner.abort();
    signal?.removeEventListener('abort', abort);
  }
  throwIfCancelled(signal, 'the study');
  if (failure) throw failure.error;
  return reason;
}
