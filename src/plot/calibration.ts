/* Is a surrogate's belief honest? Its predictions of values that it was not told, beside the values. */
import { check } from '../base';
import { erf } from '../math';
import { compose } from './compose';
import type { Figure, Trace } from './figure';
import { panelAxes, panelGrid } from './panels';
import { escapeText } from './study-view';
import { baseLayout, themeOf, translucent, type FigureOptions } from './theme';

/** Predictions of values that were held back: leave-one-out, or made before the trial ran. One of each a value. */
export interface Predictions {
  /** What is predicted, for the axes. */
  readonly objective: string;
  /** What was measured. */
  readonly observed: readonly number[];
  /** What had been predicted of each. */
  readonly mean: readonly number[];
  /** Standard deviation of the prediction, noise included. */
  readonly deviation: readonly number[];
  /** Names of the values, for the pointer. */
  readonly labels?: readonly string[];
}

/** Share of the values within each number of deviations of their prediction: [deviations, share]. */
function coverage({ observed, mean, deviation }: Predictions): [number, number][] {
  const away = observed.map((value, i) => Math.abs(value - mean[i]) / Math.max(deviation[i], 1e-300));
  const sorted = [...away].sort((a, b) => a - b);
  return sorted.map((z, i) => [z, (i + 1) / sorted.length]);
}

/**
 * Calibration of a surrogate. Left: predicted against observed, with two deviations and the line where they agree.
 * Right: the share of values that central intervals hold against the share that they promise; below the diagonal the
 * belief is too sure, above too timid (Gneiting, Balabdaoui, Raftery, JRSS B 69, 2007). The grey band is where 19 in 20
 * samples of so many values from an honest belief lie, point by point (normal approximation).
 * @throws ArgumentError for lists of unequal length, or none
 */
export function surrogateCalibration(predictions: Predictions, options: FigureOptions = {}): Figure {
  const { observed, mean, deviation } = predictions;
  const n = observed.length;
  check(n > 0, 'predictions.observed', observed, 'at least one value');
  check(mean.length === n, 'predictions.mean', mean.length, `${n} values, as many as are observed`);
  check(deviation.length === n, 'predictions.deviation', deviation.length, `${n} values, as many as are observed`);
  const theme = themeOf(options);
  const stacked = options.size === 'column';
  const base = baseLayout(options, stacked ? 1.5 : 0.48);
  if (stacked && options.height === undefined) base.height = Math.round(base.width * 1.5);
  const [left, right] = panelGrid(2, stacked ? 1 : 2, 0.14, 0.2);
  const reach = [...observed, ...mean.map((m, i) => m - 2 * deviation[i]), ...mean.map((m, i) => m + 2 * deviation[i])];
  const [low, high] = [Math.min(...reach), Math.max(...reach)];
  const pad = Math.max(high - low, Math.abs(high) * 1e-6, 1e-12) * 0.04;
  const ends = [low - pad, high + pad];
  const diagonal = (panel: typeof left, from: readonly number[]): Trace => ({
    type: 'scatter',
    mode: 'lines',
    name: 'agreement',
    x: [...from],
    y: [...from],
    line: { color: theme.limit, width: 1, dash: 'dash' },
    hoverinfo: 'skip',
    showlegend: false,
    xaxis: panel.x,
    yaxis: panel.y,
  });
  const steps = Array.from({ length: 51 }, (_, i) => i / 50);
  const spread = (p: number): number => 1.96 * Math.sqrt((p * (1 - p)) / n);
  const held = coverage(predictions);
  const within = held.filter(([z]) => z <= 2).length;
  const data: Trace[] = [
    diagonal(left, ends),
    {
      type: 'scatter',
      mode: 'markers',
      name: 'predicted',
      x: [...observed],
      y: [...mean],
      error_y: { type: 'data', array: deviation.map((d) => 2 * d), color: theme.weak, thickness: 1, width: 0 },
      marker: { color: theme.strong, size: 6, line: { width: 0.8, color: theme.paper } },
      text: (predictions.labels ?? observed.map((_, i) => `value ${i + 1}`)).map(escapeText),
      hovertemplate: '%{text}<br>observed %{x}, predicted %{y}<extra></extra>',
      showlegend: false,
      xaxis: left.x,
      yaxis: left.y,
    },
    {
      type: 'scatter',
      mode: 'lines',
      name: 'honest, 95 %',
      x: [...steps, ...[...steps].reverse()],
      y: [...steps.map((p) => Math.min(1, p + spread(p))), ...[...steps].reverse().map((p) => Math.max(0, p - spread(p)))],
      fill: 'toself',
      fillcolor: translucent(theme.weak, 0.22),
      line: { width: 0, color: theme.weak },
      hoverinfo: 'skip',
      showlegend: false,
      xaxis: right.x,
      yaxis: right.y,
    },
    diagonal(right, [0, 1]),
    {
      type: 'scatter',
      mode: 'lines',
      name: 'held',
      x: [0, ...held.map(([z]) => erf(z / Math.SQRT2)), 1],
      y: [0, ...held.map(([, share]) => share), 1],
      line: { color: theme.strong, width: 2, shape: 'hv' },
      showlegend: false,
      xaxis: right.x,
      yaxis: right.y,
    },
  ];
  const name = escapeText(predictions.objective);
  return compose(data, {
    ...base,
    ...panelAxes(left, { title: { text: `${name}, observed` }, range: ends, nticks: 6 }, { title: { text: `${name}, predicted ± 2 sd` }, range: ends, nticks: 6 }),
    ...panelAxes(right, { title: { text: 'share promised' }, range: [0, 1], nticks: 6 }, { title: { text: 'share held' }, range: [0, 1.02], nticks: 6 }),
    annotations: [
      {
        text: `${within} of ${n} within 2 sd`,
        xref: `${right.x} domain`,
        yref: `${right.y} domain`,
        x: 0.97,
        y: 0.04,
        xanchor: 'right',
        yanchor: 'bottom',
      },
    ],
  });
}
