export { commandLine } from './command-line';
export { createProgram } from './program';
export type { RunModule, Task } from './load-task';
