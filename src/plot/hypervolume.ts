import { check } from '../base';
import { hypervolume } from '../moo';
import { wasInterrupted } from '../study';
import { compose } from './compose';
import type { Figure, Trace } from './figure';
import { bandKey, countText } from './legend-key';
import { escapeText, judge, type StudyView } from './study-view';
import { baseLayout, themeOf, translucent, type FigureOptions, type Theme } from './theme';

/** The box that a hypervolume is measured in, one value an objective, in the user's directions. */
export interface HypervolumeBox {
  /** Worst values of interest. */
  readonly reference: readonly number[];
  /** Best values thought of; with them the volume is a share of the box, 0 … 1. */
  readonly ideal: readonly number[];
}

/**
 * The box that holds the feasible trials of all studies: the objectives' own references where given, else the worst
 * value seen and a tenth of the range beyond. Undefined while there is no feasible trial.
 */
export function hypervolumeBox(studies: readonly StudyView[]): HypervolumeBox | undefined {
  const feasible = studies.flatMap((study) => judge(study).filter((one) => one.feasible));
  if (feasible.length === 0) return undefined;
  const { objectives } = studies[0];
  const reference: number[] = [];
  const ideal: number[] = [];
  objectives.forEach((objective, j) => {
    const sign = objective.direction === 'maximize' ? -1 : 1;
    const costs = feasible.map((one) => one.costs[j]);
    const best = Math.min(...costs);
    const worst = Math.max(...costs);
    const beyond = Math.max((worst - best) * 0.1, Math.abs(worst) * 1e-6, 1e-12);
    reference.push(objective.reference ?? sign * (worst + beyond));
    ideal.push(sign * best);
  });
  return { reference, ideal };
}

/**
 * Hypervolume of the feasible trials after each trial (n, failed and infeasible ones included: they cost a trial too;
 * interrupted ones are left out), as a share of the box. With `every` > 1 it is reckoned at every so many trials and at
 * the last, and stays as it was between.
 */
export function hypervolumeCurve(study: StudyView, box: HypervolumeBox, every = 1): number[] {
  const m = study.objectives.length;
  check(
    box.reference.length === m && box.ideal.length === m,
    'box',
    box,
    `${m} values each, as the study has objectives`,
  );
  const unit = study.objectives.map((objective, j) => {
    const sign = objective.direction === 'maximize' ? -1 : 1;
    const low = sign * box.ideal[j];
    const span = sign * box.reference[j] - low;
    return { low, span: span > 0 ? span : 1 };
  });
  const judged = new Map(judge(study).map((one) => [one.trial.number, one]));
  const finished = study.trials.filter(
    (trial) => !['running', 'waiting'].includes(trial.state) && !wasInterrupted(trial),
  );
  const reference = new Array<number>(m).fill(1);
  let front: number[][] = [];
  let volume = 0;
  let moved = false;
  return finished.map((trial, i) => {
    const one = judged.get(trial.number);
    if (one?.feasible) {
      const point = one.costs.map((cost, j) => (cost - unit[j].low) / unit[j].span);
      // The volume changes only where nothing on the front is as good.
      if (point.every((v) => v < 1) && !front.some((other) => other.every((v, j) => v <= point[j]))) {
        front = front.filter((other) => !point.every((v, j) => v <= other[j]));
        front.push(point);
        moved = true;
      }
    }
    if (moved && (i % every === 0 || i === finished.length - 1)) {
      volume = hypervolume(front, reference);
      moved = false;
    }
    return volume;
  });
}

/** Several runs of one thing: one array a seed, one value a trial. */
export interface RunSeries {
  /** For the legend. */
  readonly name: string;
  /** One array a seed, one value a trial. */
  readonly runs: readonly (readonly number[])[];
}

export interface HypervolumeHistoryOptions extends FigureOptions {
  /** What studies are measured in; default: that of `hypervolumeBox` over all of them. */
  box?: HypervolumeBox;
  /** What the band shows: 'deviation' mean ± one standard deviation (default), 'quartiles' about the median, 'range'. */
  band?: 'deviation' | 'quartiles' | 'range';
  /** Text of the vertical axis. */
  label?: string;
}

const BANDS = { deviation: 'mean ± sd', quartiles: 'median and quartiles', range: 'mean and range' } as const;

function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const lo = Math.floor(at);
  const hi = Math.ceil(at);
  return sorted[lo] + (sorted[hi] - sorted[lo]) * (at - lo);
}

function summary(
  values: readonly number[],
  band: 'deviation' | 'quartiles' | 'range',
): [low: number, middle: number, high: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sorted = [...values].sort((a, b) => a - b);
  if (band === 'quartiles') return [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
  if (band === 'range') return [sorted[0], mean, sorted[sorted.length - 1]];
  const variance =
    values.length < 2 ? 0 : values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return [mean - Math.sqrt(variance), mean, mean + Math.sqrt(variance)];
}

/** A line for each series, and a band about it where it has several runs. Runs of unequal length end at the shortest. */
export function bandTraces(
  series: readonly RunSeries[],
  theme: Theme,
  band: 'deviation' | 'quartiles' | 'range',
  axes: Partial<Trace> = {},
): Trace[] {
  const dashes = ['solid', 'dash', 'dot', 'dashdot', 'longdash', 'longdashdot', 'solid'];
  const traces: Trace[] = [];
  series.forEach(({ name, runs }, s) => {
    check(runs.length > 0, `series '${name}'`, runs, 'at least one run');
    const colour = theme.series[s % theme.series.length];
    const length = Math.min(...runs.map((run) => run.length));
    const x = Array.from({ length }, (_, i) => i + 1);
    const bands = x.map((_, i) =>
      summary(
        runs.map((run) => run[i]),
        band,
      ),
    );
    if (runs.length > 1) {
      traces.push({
        type: 'scatter',
        mode: 'lines',
        name: `${escapeText(name)}, band`,
        x: [...x, ...[...x].reverse()],
        // A hypervolume is never negative, though its mean less its deviation may be.
        y: [...bands.map(([, , high]) => high), ...bands.map(([low]) => Math.max(0, low)).reverse()],
        fill: 'toself',
        fillcolor: translucent(colour, 0.18),
        line: { width: 0, color: colour },
        hoverinfo: 'skip',
        showlegend: false,
        legendgroup: name,
        ...axes,
      });
    }
    traces.push({
      type: 'scatter',
      mode: 'lines',
      name: escapeText(name),
      legendgroup: name,
      x,
      y: bands.map(([, middle]) => middle),
      line: { color: colour, width: 2, dash: dashes[s % dashes.length] },
      showlegend: series.length > 1,
      ...axes,
    });
  });
  return traces;
}

/**
 * Hypervolume against the number of trials: of one study; of several studies by name, each with one study a seed; or
 * of curves computed before. Several seeds are drawn as a line with a band. All studies share one box, so that they
 * can be compared.
 */
export function hypervolumeHistory(
  input: StudyView | Readonly<Record<string, readonly StudyView[]>> | readonly RunSeries[],
  options: HypervolumeHistoryOptions = {},
): Figure {
  const theme = themeOf(options);
  const series = toSeries(input, options.box);
  const band = options.band ?? 'deviation';
  const data = bandTraces(series, theme, band);
  const runs = series.map((one) => one.runs.length);
  if (Math.max(...runs) > 1) data.push(bandKey(`${BANDS[band]}, ${countText(runs)} runs`, theme));
  const layout = baseLayout(options);
  return compose(data, {
    ...layout,
    xaxis: { title: { text: 'trials' }, rangemode: 'tozero' },
    yaxis: {
      title: { text: options.label ?? (Array.isArray(input) ? 'hypervolume' : 'hypervolume, normalised') },
      rangemode: 'tozero',
    },
  });
}

function toSeries(
  input: StudyView | Readonly<Record<string, readonly StudyView[]>> | readonly RunSeries[],
  given?: HypervolumeBox,
): RunSeries[] {
  if (Array.isArray(input)) return [...(input as readonly RunSeries[])];
  const isStudy = (value: unknown): value is StudyView =>
    Array.isArray((value as StudyView).objectives) && Array.isArray((value as StudyView).trials);
  const named: Readonly<Record<string, readonly StudyView[]>> = isStudy(input)
    ? { [input.name ?? 'study']: [input] }
    : (input as Readonly<Record<string, readonly StudyView[]>>);
  const box = given ?? hypervolumeBox(Object.values(named).flat());
  return Object.entries(named).map(([name, studies]) => ({
    name,
    runs: studies.map((study) => (box === undefined ? study.trials.map(() => 0) : hypervolumeCurve(study, box))),
  }));
}
