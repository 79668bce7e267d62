export { createProgram } from './program';
export type { Task } from './run-command';
