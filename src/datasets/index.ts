export type { Dataset, Split } from './dataset';
