/* What the worker processes of `paretino run --workers` load: the objective of the module that was given to it. */
import { ARTIFACTS_VARIABLE, loadTask, MODULE_VARIABLE } from './load-task';

/** A promise, which the worker awaits before it is ready: a trial's limit counts the trial alone. */
export const objective = loadTask(process.env[MODULE_VARIABLE] ?? '', process.env[ARTIFACTS_VARIABLE]).then((task) => task.objective);
