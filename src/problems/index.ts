export type { Evaluated, Problem } from './types';
export { zdt1, zdt2, zdt3, zdt4, zdt5, zdt6, type ZdtOptions } from './zdt';
export { dtlz1, dtlz2, dtlz3, dtlz4, dtlz5, dtlz6, dtlz7, type DtlzOptions } from './dtlz';
export {
  c1dtlz1, c1dtlz3, c2dtlz2, c3dtlz1, c3dtlz4, dc1dtlz1, dc1dtlz3, dc2dtlz1, dc2dtlz3, dc3dtlz1, dc3dtlz3,
  type StripOptions,
} from './constrained-dtlz';
export { wfg1, wfg2, wfg3, wfg4, wfg5, wfg6, wfg7, wfg8, wfg9, type WfgOptions } from './wfg';
export { mw1, mw2, mw3, mw4, mw5, mw6, mw7, mw8, mw9, mw10, mw11, mw12, mw13, mw14, type MwOptions } from './mw';
export { bnh, osy, srn, tnk, constr, kursawe, braninCurrin, constrainedBraninCurrin } from './classic';
export { re21, re22, re23, re24, re25, re31, re32, re33, re34, re35, re36, re37, re41, re42, re61, re91, vehicleSafety } from './re';
export { cre21, cre22, cre23, cre24, cre25, cre31, cre32, cre51 } from './cre';
export {
  tinyMix, tinyMixCosts, tinyMixError, tinyMixDimensions, tinyMixObjectives, tinyMixConstraints, type TinyMixParams, type TinyMixCosts,
} from './tinymix';
