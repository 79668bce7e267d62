export type { Board, Counter, Emulation } from './board';
export { host } from './host';
export { pico } from './pico';
export { nano33 } from './nano33';
export { nucleoF446re } from './nucleo-f446re';
export { nucleoF767zi } from './nucleo-f767zi';
export { pico2 } from './pico2';
export { mps3 } from './mps3';
export { esp32c3 } from './esp32c3';
