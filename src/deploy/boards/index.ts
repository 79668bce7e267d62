export type { Board, Emulation } from './board';
export { host } from './host';
export { pico } from './pico';
export { nano33 } from './nano33';
