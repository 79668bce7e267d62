/* A worker process of a pool: worker-main <module> <parent's id> [<bytes>]. Loads the module once, then runs trials. */
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ArgumentError, importModule, type LongWork, type ProgressEvent } from '../../base';
import { Trial, TrialPruned, type Evaluation, type ObjectiveFunction, type TrialHost } from '../../study';
import type { Task } from '../task';
import { faultOf, type FromWorker, type ToWorker, type TrialMessage } from './messages';
import { startWatch } from './watch';

const PROGRESS_EVERY_MS = 50;

/** Resolves when the message is on its way, so that an exit right after does not lose it. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve, reject) => process.send!(message, (error: Error | null) => (error ? reject(error) : resolve())));
}

/** The function, or promise of one, that a module exports as `objective` or as its default, or that of its `task`. */
async function loadObjective(path: string): Promise<ObjectiveFunction> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the path is known only now
  const loaded = (extname(path) === '.mjs' ? await importModule(pathToFileURL(path).href) : require(path)) as Record<string, unknown>;
  const outer = loaded.default as Record<string, unknown> | undefined;
  const objective = await (loaded.objective ?? outer?.objective ?? loaded.default);
  if (typeof objective === 'function') return objective as ObjectiveFunction;
  const task = loaded.task ?? outer?.task;
  if (task === undefined) throw new ArgumentError(path, Object.keys(loaded), 'a module that exports `objective` (a function) or `task`');
  // TensorFlow.js and all: only where a task wants it.
  const { objectiveFunction } = await import('../evaluate-candidate');
  return objectiveFunction(task as Task);
}

const host: TrialHost = {
  report: (_, step, value) => send({ kind: 'report', step, value }),
  setTrialAttribute: (_, key, value) => send({ kind: 'attribute', key, value }),
  attach: (_, artifact) => send({ kind: 'artifact', artifact }),
  fail: (_, reason) => send({ kind: 'end', how: 'fail', reason }),
  prune: (_, reason) => send({ kind: 'end', how: 'prune', reason }),
};

function throttled(): (event: ProgressEvent) => void {
  let last = -Infinity;
  return (event) => {
    const now = performance.now();
    if (event.done !== event.total && now - last < PROGRESS_EVERY_MS) return;
    last = now;
    void send({ kind: 'progress', event }).catch(() => {});
  };
}

async function outcomeOf(objective: ObjectiveFunction, message: TrialMessage, work: LongWork): Promise<FromWorker> {
  const { number, params, known, explanation } = message;
  try {
    const evaluation: Evaluation = await objective(new Trial(host, number, params, known, explanation), work);
    return { kind: 'done', evaluation };
  } catch (error) {
    // Not only by class: the module may have loaded a second copy of the toolkit.
    const pruned = error instanceof TrialPruned || (error instanceof Error && error.name === 'TrialPruned');
    return pruned ? { kind: 'pruned', reason: error.message } : { kind: 'failed', fault: faultOf(error) };
  }
}

async function main(): Promise<void> {
  const [path, parent, bytes] = process.argv.slice(2);
  startWatch(Number(parent), bytes === undefined ? undefined : Number(bytes));
  process.once('disconnect', () => process.exit(0));
  let objective: ObjectiveFunction;
  try {
    objective = await loadObjective(path);
  } catch (error) {
    await send({ kind: 'broken', fault: faultOf(error) });
    process.exit(1);
  }
  let control = new AbortController();
  const run = async (message: TrialMessage): Promise<void> => {
    control = new AbortController();
    const outcome = await outcomeOf(objective, message, { signal: control.signal, onProgress: throttled() });
    try {
      await send(outcome);
    } catch (error) {
      // A value that cannot be sent, such as a function.
      await send({ kind: 'failed', fault: faultOf(error) });
    }
  };
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'cancel') control.abort();
    else void run(message);
  });
  await send({ kind: 'ready' });
}

void main();
