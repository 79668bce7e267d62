export { ParetinoError, ArgumentError, DataError, CancelledError, check } from './errors';
export { createRng, type Rng } from './random';
export { nested, throwIfCancelled, breathe, finish, paced, type Steps, type ProgressEvent, type OnProgress, type LongWork } from './progress';
export { samePadding } from './padding';
export { packageRoot, cacheFolder } from './paths';
export { longestTimerMs } from './timers';
export { loadingTensorflow } from './tensorflow-process';
export { loadDanfojs, type Danfojs } from './danfojs';
