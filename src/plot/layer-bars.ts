import { check } from '../base';
import { compose, fontOf } from './compose';
import type { Figure, Layout, Trace } from './figure';
import { escapeText, shortNumber } from './study-view';
import { baseLayout, themeOf, type FigureOptions, type Theme } from './theme';

/** Bars side by side or on top of each other for each layer, the first layer at the top. */
export interface LayerSeries {
  readonly name: string;
  readonly colour: string;
  /** One a layer. */
  readonly values: readonly number[];
  /** Texts at the bars' ends. */
  readonly text?: readonly string[];
}

/** Horizontal bars, one row a layer; as tall as the number of layers asks. */
function layerBars(
  names: readonly string[],
  series: readonly LayerSeries[],
  axisTitle: string,
  mode: 'stack' | 'group',
  options: FigureOptions,
  extra: Layout = {},
): Figure {
  check(names.length > 0, 'layers', names, 'at least one');
  const base = baseLayout(options);
  const font = fontOf(base);
  const rows = names.length * (mode === 'group' ? Math.max(1, series.length * 0.75) : 1);
  const height = options.height ?? Math.round(font * (9 + Math.max(2, rows) * 1.6));
  const labels = names.map(escapeText);
  const data: Trace[] = series.map(({ name, colour, values, text }) => ({
    type: 'bar',
    orientation: 'h',
    name,
    // Positions rather than names: two layers may share a name.
    y: labels.map((_, i) => i),
    x: [...values],
    marker: { color: colour },
    showlegend: series.length > 1,
    ...(text === undefined
      ? {}
      : { text: [...text], textposition: 'outside', cliponaxis: false, textfont: { size: font * 0.8 } }),
    hovertemplate: `%{customdata}: %{x}<extra>${name}</extra>`,
    customdata: labels,
  }));
  const figure = compose(data, {
    ...base,
    height,
    barmode: mode,
    // Plotly turns the legend of stacked bars round.
    legend: { traceorder: 'normal' },
    bargap: 0.3,
    xaxis: { title: { text: axisTitle }, rangemode: 'tozero', nticks: 7, ...extra },
    yaxis: {
      autorange: 'reversed',
      tickmode: 'array',
      tickvals: labels.map((_, i) => i),
      ticktext: labels,
      showgrid: false,
      ticks: '',
      tickfont: { size: Math.min(font, Math.max(font * 0.65, (height * 0.8) / rows)) },
    },
  });
  // A legend of many rows takes its room above the bars, not from them.
  const top = (layout: Layout): number => (layout.margin as { t: number }).t;
  if (options.height === undefined) figure.layout.height = height + top(figure.layout) - top(base);
  return figure;
}

/** Room beyond the longest bar for the texts at the bars' ends. */
function roomForText(totals: readonly number[], share = 0.14): Layout {
  return { range: [0, Math.max(...totals, 1e-12) * (1 + share)] };
}

/** What a layer had and has: filters, parameters or bytes, as the caller counts. */
export interface PrunedLayer {
  /** Of the layer. */
  readonly name: string;
  /** Channels, units or weights that there were. */
  readonly before: number;
  /** How many of them are left. */
  readonly after: number;
}

/** What pruning left of each layer, and what it took. */
export function pruningByLayer(
  layers: readonly PrunedLayer[],
  options: FigureOptions & { unit?: string } = {},
): Figure {
  const theme = themeOf(options);
  const removed = layers.map(({ before, after }) => before - after);
  const text = layers.map(({ before }, i) => (removed[i] > 0 ? `−${Math.round((100 * removed[i]) / before)} %` : ''));
  return layerBars(
    layers.map(({ name }) => name),
    [
      { name: 'kept', colour: theme.strong, values: layers.map(({ after }) => after) },
      { name: 'removed', colour: theme.weak, values: removed, text },
    ],
    options.unit ?? 'filters',
    'stack',
    options,
    roomForText(layers.map(({ before }) => before)),
  );
}

/** How far quantised values lie from the float ones. */
export interface QuantizedLayer {
  /** Of the layer. */
  readonly name: string;
  /** By what was quantised, such as { weights: 0.004, activations: 0.011 }. */
  readonly error: Readonly<Record<string, number>>;
}

/** Quantisation error of each layer; the unit is the caller's (default: root mean square error over that of the signal). */
export function quantizationErrorByLayer(
  layers: readonly QuantizedLayer[],
  options: FigureOptions & { unit?: string; log?: boolean } = {},
): Figure {
  const theme = themeOf(options);
  const kinds = [...new Set(layers.flatMap(({ error }) => Object.keys(error)))];
  return layerBars(
    layers.map(({ name }) => name),
    kinds.map((kind, k) => ({
      name: kind,
      colour: theme.series[k % theme.series.length],
      values: layers.map(({ error }) => error[kind] ?? NaN),
    })),
    options.unit ?? 'relative error (RMS)',
    'group',
    options,
    options.log ? { type: 'log', dtick: 'D2' } : {},
  );
}

/** What running a layer costs. */
export interface LayerCost {
  /** Of the layer. */
  readonly name: string;
  /** Of one inference. */
  readonly cycles: number;
  /** Multiply-accumulates, to write cycles a MAC beside the bar. */
  readonly macs?: number;
  /** Colours the bar, with a legend: 'conv2d', 'dense' … */
  readonly kind?: string;
}

/** Cycles of each layer; where MACs are given, the cycles that one takes stand at the bar's end. */
export function cyclesByLayer(layers: readonly LayerCost[], options: FigureOptions & { unit?: string } = {}): Figure {
  const theme = themeOf(options);
  const text = layers.map(({ cycles, macs }) =>
    macs !== undefined && macs > 0 ? `${shortNumber(Number((cycles / macs).toPrecision(2)))}/MAC` : '',
  );
  const kinds = [...new Set(layers.map(({ kind }) => kind ?? ''))];
  const series: LayerSeries[] = kinds.map((kind, k) => ({
    name: kind === '' ? 'other' : escapeText(kind),
    colour: kinds.length === 1 ? theme.strong : theme.series[k % theme.series.length],
    values: layers.map((layer) => ((layer.kind ?? '') === kind ? layer.cycles : 0)),
    text: layers.map((layer, i) => ((layer.kind ?? '') === kind ? text[i] : '')),
  }));
  const room = text.some((one) => one !== '')
    ? roomForText(
        layers.map(({ cycles }) => cycles),
        0.2,
      )
    : {};
  return layerBars(
    layers.map(({ name }) => name),
    series,
    options.unit ?? 'cycles',
    'stack',
    options,
    room,
  );
}

/** How much a parameter matters. */
export interface Importance {
  /** Its name. */
  readonly parameter: string;
  /** Its share of the importance of all. */
  readonly share: number;
  /** Of the share, drawn as an error bar. */
  readonly deviation?: number;
}

/**
 * Importance of each parameter, the greatest first, with its deviation as an error bar; for several objectives, by name,
 * a bar each.
 */
export function parameterImportance(
  importances: readonly Importance[] | Readonly<Record<string, readonly Importance[]>>,
  options: FigureOptions & { objective?: string } = {},
): Figure {
  const theme: Theme = themeOf(options);
  const groups = Object.entries(
    Array.isArray(importances)
      ? { [options.objective ?? '']: importances as readonly Importance[] }
      : (importances as Readonly<Record<string, readonly Importance[]>>),
  );
  const names = [...new Set(groups.flatMap(([, list]) => list.map(({ parameter }) => parameter)))];
  const total = (name: string): number =>
    groups.reduce((sum, [, list]) => sum + (list.find((one) => one.parameter === name)?.share ?? 0), 0);
  const sorted = names.sort((a, b) => total(b) - total(a));
  const one = groups.length === 1 && groups[0][0] !== '' ? ` for ${escapeText(groups[0][0])}` : '';
  const found = groups.map(([, list]) => sorted.map((name) => list.find((one) => one.parameter === name)));
  const figure = layerBars(
    sorted,
    groups.map(([objective], g) => ({
      name: groups.length === 1 ? 'importance' : escapeText(objective),
      colour: groups.length === 1 ? theme.strong : theme.series[g % theme.series.length],
      values: found[g].map((importance) => importance?.share ?? NaN),
    })),
    `importance${one}`,
    groups.length === 1 ? 'stack' : 'group',
    options,
  );
  found.forEach((list, g) => {
    if (list.every((importance) => importance?.deviation === undefined)) return;
    figure.data[g].error_x = {
      type: 'data',
      array: list.map((importance) => importance?.deviation ?? 0),
      symmetric: false,
      // An importance is never negative.
      arrayminus: list.map((importance) => Math.min(importance?.deviation ?? 0, importance?.share ?? 0)),
      color: theme.text,
      thickness: 1,
      width: 3,
    };
  });
  return figure;
}
