import { inKernel } from './notebook';
import { registerViews } from './views';

/** Errors, seeded random numbers, progress and cancellation. */
export * as base from './base';
/** Linear algebra, distributions, low-discrepancy points, L-BFGS-B, statistical tests. */
export * as math from './math';
/** Dominance, hypervolume and other indicators of fronts; everything is minimised. */
export * as moo from './moo';
/** Test problems of the literature as pure functions. */
export * as problems from './problems';
/** Search spaces: dimensions, conditions, encoding, sampling. */
export * as space from './space';
/** A search in progress: trials, objectives, constraints, fronts. */
export * as study from './study';
/** Bayesian and evolutionary optimisers, surrogates, acquisitions, importances. */
export * as optimize from './optimize';
/** Where studies live: memory, an Optuna journal file, an SQLite database; artifacts beside them. */
export * as storage from './storage';
/** Loaders, folders of your own, windows, normalisation, splits by person, streams. */
export * as datasets from './datasets';
/** Architectures, models, training and evaluation on TensorFlow.js. */
export * as nn from './nn';
/** Pruning and quantisation: heuristics, schedules, observers. */
export * as compress from './compress';
/** Integer graphs, memory plans, C, boards, predicted costs, TensorFlow Lite files. */
export * as deploy from './deploy';
/** Firmware: built, and run on emulated boards or this machine. */
export * as emulate from './emulate';
/** From hyper-parameters to a network on a board, in this process or in a pool. */
export * as experiment from './experiment';
/** Figures as plain Plotly data, and as SVG, PNG, PDF, HTML and CSV. */
export * as plot from './plot';
/** Live figures, progress bars, tables, interrupts. */
export * as notebook from './notebook';

// Inside a notebook, and only there, what the toolkit gives shows itself as a cell's last expression.
if (inKernel()) registerViews();
