import type { Board } from './board';

/** This machine: the same C, for quick checks. */
export const host: Board = {
  name: 'host',
  title: 'This machine',
  core: 'host',
  clockHz: 0,
  flashBytes: Infinity,
  ramBytes: Infinity,
  flashOrigin: 0,
  ramOrigin: 0,
  compilers: ['cc', 'gcc', 'clang'],
  flags: [],
  template: 'host',
  stackBytes: 0,
  emulation: { runner: 'host' },
};
