/*
 * Which parameters matter. Two ways: from a surrogate of the objective, Sobol's indices of its mean over the whole space
 * (Hutter, Hoos and Leyton-Brown 2014, fANOVA, asks the same of a forest); and from the trials alone, PED-ANOVA, how far
 * the density of the best trials along a parameter is from that of all (Watanabe, Bansal and Hutter 2023,
 * arXiv 2304.10255), which asks what matters for being among the best.
 */
import { check, createRng } from '../base';
import { sobolIndices } from '../math';
import { columns, decode, encode, isAllowed, type Column } from '../space';
import { minimized, type OptimizerContext } from '../study';
import { matern52 } from './surrogates/kernels';
import { gaussianProcess } from './surrogates/gaussian-process';

/** What importances are computed from: `study.context()` is one. */
export type ImportanceContext = Pick<OptimizerContext, 'space' | 'objectives' | 'history'>;

/** How much one parameter matters for an objective. */
export interface Importance {
  /** Its name. */
  readonly parameter: string;
  /** Share of importance; all of them sum to 1 where anything matters. */
  readonly share: number;
  /** Share of the variance that it explains alone (surrogate only). */
  readonly first?: number;
  /** Share of the variance that it explains alone and together with others (surrogate only). */
  readonly total?: number;
}

/** Which objective, and what is meant by importance. */
export interface ImportanceOptions {
  /** Name of the objective. Default: the first. */
  readonly objective?: string;
  /** 'surrogate' (default): over the whole space; 'best': what sets the best trials apart. */
  readonly by?: 'surrogate' | 'best';
  /** Share of the trials that count as the best ('best'). Default 0.1, at least 5 trials. */
  readonly share?: number;
  /** Points of the Sobol design ('surrogate'). Default 512. */
  readonly samples?: number;
  /** Of the design's scrambling; default 0. */
  readonly seed?: number | string;
}

function observed({ space, objectives, history }: ImportanceContext, name: string): { x: number[][]; y: number[] } {
  const j = objectives.findIndex((one) => one.name === name);
  check(j >= 0, 'objective', name, objectives.map((one) => one.name).join(', '));
  const done = history.filter((trial) => trial.state === 'complete' && Number.isFinite(trial.values?.[j]));
  check(done.length >= 3, 'history', done.length, 'at least three complete trials');
  return { x: done.map((trial) => encode(space, trial.params)), y: done.map((trial) => minimized(objectives, trial.values!)[j]) };
}

function ranked(list: readonly Column[], worth: readonly number[], more: (k: number) => Partial<Importance> = () => ({})): Importance[] {
  const sum = worth.reduce((a, b) => a + Math.max(0, b), 0);
  return list
    .map(({ name }, k) => ({ parameter: name, share: sum > 0 ? Math.max(0, worth[k]) / sum : 0, ...more(k) }))
    .sort((a, b) => b.share - a.share);
}

/**
 * Importance of each parameter for one objective, the most important first.
 * @throws ArgumentError for an unknown objective, or fewer than three complete trials
 */
export function parameterImportance(context: ImportanceContext, options: ImportanceOptions = {}): Importance[] {
  const { objective = context.objectives[0].name, by = 'surrogate', share = 0.1, samples = 512, seed = 0 } = options;
  check(Array.isArray(context.history), 'context', typeof context, 'what study.context() gives');
  check(by === 'surrogate' || by === 'best', 'by', by, "'surrogate' or 'best'");
  check(share > 0 && share < 1, 'share', share, 'a number between 0 and 1');
  const { space } = context;
  const list = columns(space);
  const { x, y } = observed(context, objective);
  if (by === 'best') return ranked(list, list.map((column, k) => divergence(x.map((row) => row[k]), y, share, column)));
  const kinds = list.map(({ kind }) => (kind === 'categorical' ? ('category' as const) : ('numeric' as const)));
  const model = gaussianProcess({ kernel: matern52, kinds }).fit(x, y);
  /** The surrogate at the point that u decodes to; of one that is not allowed, as if it were. */
  const at = (u: Float64Array): number => {
    const params = decode(space, u);
    const row = isAllowed(space, params) ? encode(space, params) : snapped(list, u);
    return model.predict([row]).mean[0];
  };
  const { first, total } = sobolIndices(at, list.length, createRng(seed).fork('importance'), samples);
  return ranked(list, total, (k) => ({ first: first[k], total: total[k] }));
}

function snapped(list: readonly Column[], u: Float64Array): number[] {
  return list.map(({ levels }, k) => (Number.isFinite(levels) ? (Math.min(levels - 1, Math.floor(u[k] * levels)) + 0.5) / levels : u[k]));
}

/** Pearson divergence of the best trials' density along one column from that of all, both on a grid. */
function divergence(x: readonly number[], y: readonly number[], share: number, { kind, levels }: Column): number {
  const n = y.length;
  const order = y.map((_, i) => i).sort((a, b) => y[a] - y[b] || a - b);
  const top = order.slice(0, Math.max(Math.min(5, n), Math.ceil(share * n)));
  const cells = Math.min(levels, 32);
  const density = (values: readonly number[]): number[] => {
    // Scott's rule on the cells; a choice has no neighbours.
    const width = kind === 'categorical' ? 0 : Math.max(0.25, cells * 0.3 * Math.pow(values.length, -0.2));
    const mass = Array.from({ length: cells }, (_, c) => {
      const prior = 1 / cells;
      return values.reduce((sum, v) => {
        const cell = Math.min(cells - 1, Math.floor(v * cells));
        if (width === 0) return sum + (cell === c ? 1 : 0);
        return sum + Math.exp(-0.5 * ((c - cell) / width) ** 2) / (width * Math.sqrt(2 * Math.PI));
      }, prior);
    });
    const total = mass.reduce((a, b) => a + b, 0);
    return mass.map((v) => v / total);
  };
  const best = density(top.map((i) => x[i]));
  const all = density(x);
  return all.reduce((sum, p, c) => sum + p * (best[c] / p - 1) ** 2, 0);
}
