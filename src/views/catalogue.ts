import * as base from '../base';
import * as compress from '../compress';
import * as datasets from '../datasets';
import * as deploy from '../deploy';
import * as emulate from '../emulate';
import * as experiment from '../experiment';
import * as math from '../math';
import * as moo from '../moo';
import * as nn from '../nn';
import * as notebook from '../notebook';
import * as optimize from '../optimize';
import * as plot from '../plot';
import * as problems from '../problems';
import * as space from '../space';
import * as storage from '../storage';
import * as study from '../study';

/** What each part of the toolkit is for, in the words of `src/index.ts`. */
const purposes: readonly (readonly [name: string, part: object, purpose: string])[] = [
  ['base', base, 'errors, seeded random numbers, progress and cancellation'],
  ['math', math, 'linear algebra, distributions, low-discrepancy points, L-BFGS-B, statistical tests'],
  ['math.normal', math.normal, 'the normal distribution, exact in its tails'],
  ['moo', moo, 'dominance, hypervolume and other indicators of fronts; everything is minimised'],
  ['problems', problems, 'test problems of the literature as pure functions'],
  ['space', space, 'search spaces: dimensions, conditions, encoding, sampling'],
  ['study', study, 'a search in progress: trials, objectives, constraints, fronts'],
  ['study.stop', study.stop, 'criteria to end a run by'],
  ['optimize', optimize, 'Bayesian and evolutionary optimisers, surrogates, acquisitions, importances'],
  ['optimize.acquisitions', optimize.acquisitions, 'what a Bayesian optimiser maximises to find its next point'],
  ['optimize.kernels', optimize.kernels, 'covariances of a Gaussian process'],
  ['storage', storage, 'where studies live: memory, an Optuna journal file, an SQLite database; artifacts beside them'],
  ['datasets', datasets, 'loaders, folders of your own, windows, normalisation, splits by person, streams'],
  ['nn', nn, 'architectures, models, training and evaluation on TensorFlow.js'],
  ['compress', compress, 'pruning and quantisation: heuristics, schedules, observers'],
  ['deploy', deploy, 'integer graphs, memory plans, C, boards, predicted costs, TensorFlow Lite files'],
  ['emulate', emulate, 'firmware: built, and run on emulated boards or this machine'],
  ['experiment', experiment, 'from hyper-parameters to a network on a board, in this process or in a pool'],
  ['plot', plot, 'figures as plain Plotly data, and as SVG, PNG, PDF, HTML and CSV'],
  ['notebook', notebook, 'live figures, progress bars, tables, interrupts'],
];

/** A part of the toolkit (`paretino.moo`), by identity. */
export const partOf: ReadonlyMap<object, { readonly name: string; readonly purpose: string }> = new Map(
  purposes.map(([name, part, purpose]) => [part, { name, purpose }]),
);
