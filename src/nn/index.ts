export type * from './architecture';
