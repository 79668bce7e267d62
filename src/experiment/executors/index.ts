export { ExecutorError, TrialLostError, type Executor } from './executor';
export { inProcess } from './in-process';
export { processPool, type ProcessPoolOptions } from './process-pool';
export { runParallel } from './run-parallel';
