export { createProgram } from './program';
export type { Task } from './load-task';
