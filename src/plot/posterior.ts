import { check } from '../base';
import { compose, fontOf } from './compose';
import type { Figure, Layout, Trace } from './figure';
import { emptyTrace } from './pareto-front';
import { panelAxes, panelGrid, type Panel } from './panels';
import { escapeText } from './study-view';
import { baseLayout, themeOf, translucent, type FigureOptions, type Theme } from './theme';

/** A surrogate along one parameter, the others held still. */
export interface Slice {
  /** Name of the parameter. */
  readonly parameter: string;
  /** Name of what is modelled. */
  readonly objective: string;
  /** Values of the parameter, ascending. */
  readonly x: readonly number[];
  /** Mean at each x. */
  readonly mean: readonly number[];
  /** Standard deviation at each x. */
  readonly deviation: readonly number[];
  /** Acquisition at each x. */
  readonly acquisition?: readonly number[];
  /** Observations [x, value], drawn as points. */
  readonly observed?: readonly (readonly [x: number, value: number])[];
  /** Where the next trial is suggested. */
  readonly suggestion?: number;
  /** The function itself, where it is known, at each x. */
  readonly truth?: readonly number[];
}

/** Mean and uncertainty of a surrogate with what was observed, and below it the acquisition with its suggestion. */
export function posteriorSlice(slice: Slice, options: FigureOptions & { log?: boolean } = {}): Figure {
  const { x, mean, deviation, acquisition } = slice;
  check(
    mean.length === x.length && deviation.length === x.length,
    'slice.mean',
    mean.length,
    `${x.length} values, as x has`,
  );
  const theme = themeOf(options);
  const two = acquisition !== undefined;
  const base = baseLayout(options, two ? 0.72 : 0.55);
  const panels = two ? panelGrid(2, 1, 0, 0.06) : panelGrid(1, 1);
  const upper = { ...panels[0], domainY: two ? ([0.38, 1] as const) : ([0, 1] as const) };
  const data: Trace[] = [emptyTrace(upper)];
  const band = (times: number, alpha: number, name: string): Trace => ({
    type: 'scatter',
    mode: 'lines',
    name,
    x: [...x, ...[...x].reverse()],
    y: [...mean.map((m, i) => m + times * deviation[i]), ...mean.map((m, i) => m - times * deviation[i]).reverse()],
    fill: 'toself',
    fillcolor: translucent(theme.strong, alpha),
    line: { width: 0, color: theme.strong },
    hoverinfo: 'skip',
    showlegend: true,
  });
  data.push(band(2, 0.14, '± 2 sd'), band(1, 0.2, '± 1 sd'));
  data.push({
    type: 'scatter',
    mode: 'lines',
    name: 'mean',
    x: [...x],
    y: [...mean],
    line: { color: theme.strong, width: 2 },
  });
  if (slice.truth !== undefined) {
    data.push({
      type: 'scatter',
      mode: 'lines',
      name: 'truth',
      x: [...x],
      y: [...slice.truth],
      line: { color: theme.line, width: 1.2, dash: 'dot' },
    });
  }
  if (slice.observed !== undefined && slice.observed.length > 0) {
    const marker = { color: theme.text, size: 7, symbol: 'circle', line: { width: 1, color: theme.paper } };
    data.push({
      type: 'scatter',
      mode: 'markers',
      name: 'observed',
      // Points at the ends of the range are whole.
      cliponaxis: false,
      x: slice.observed.map(([at]) => at),
      y: slice.observed.map(([, value]) => value),
      marker,
    });
  }
  const shapes: Layout[] = [];
  const axes: Layout = {};
  const xAxis = {
    title: { text: escapeText(slice.parameter) },
    range: rangeOf(x, options.log ?? false),
    ...(options.log ? { type: 'log', dtick: 'D2' } : {}),
  };
  Object.assign(
    axes,
    panelAxes(upper, two ? { ...xAxis, title: { text: '' }, showticklabels: false } : xAxis, {
      title: { text: escapeText(slice.objective) },
      nticks: 6,
    }),
  );
  if (two) {
    const lower = { ...panels[1], domainY: [0, 0.3] as const };
    data.push({
      type: 'scatter',
      mode: 'lines',
      name: 'acquisition',
      showlegend: false,
      x: [...x],
      y: [...acquisition],
      // A logarithm has no zero to stand on.
      ...(acquisition.some((value) => value < 0)
        ? {}
        : { fill: 'tozeroy', fillcolor: translucent(theme.series[1], 0.3) }),
      line: { color: theme.series[1], width: 1.5 },
      xaxis: lower.x,
      yaxis: lower.y,
    });
    Object.assign(axes, panelAxes(lower, xAxis, { title: { text: 'acquisition' }, nticks: 3 }));
  }
  if (slice.suggestion !== undefined) {
    const at = slice.suggestion;
    shapes.push({
      type: 'line',
      xref: 'x',
      yref: 'paper',
      x0: at,
      x1: at,
      y0: 0,
      y1: 1,
      line: { color: theme.bad, width: 1.5, dash: 'dash' },
    });
    const here = options.log ? Math.log10(at) : at;
    axes.annotations = [
      {
        text: 'next',
        x: here,
        xref: 'x',
        y: 1,
        yref: 'paper',
        xanchor: 'left',
        yanchor: 'top',
        xshift: 3,
        font: { color: theme.bad },
      },
    ];
  }
  return compose(data, { ...base, ...axes, shapes });
}

function rangeOf(x: readonly number[], log: boolean): [number, number] {
  const ends: [number, number] = [Math.min(...x), Math.max(...x)];
  return log ? [Math.log10(ends[0]), Math.log10(ends[1])] : ends;
}

/** A function of two parameters on a grid: z[i][j] at y[i], x[j]. */
export interface Surface {
  /** The parameter across. */
  readonly xName: string;
  /** The parameter up. */
  readonly yName: string;
  /** What the colours show. */
  readonly zName: string;
  /** Values of the parameter across, ascending. */
  readonly x: readonly number[];
  /** Values of the parameter up, ascending. */
  readonly y: readonly number[];
  /** y.length rows of x.length. */
  readonly z: readonly (readonly number[])[];
  /** Trials, drawn as points. */
  readonly observed?: readonly (readonly [x: number, y: number])[];
  /** Where the next trial is suggested. */
  readonly suggestion?: readonly [x: number, y: number];
}

/** Traces of one surface: contours, what was observed, and the suggestion. */
function surfaceTraces(surface: Surface, theme: Theme, panel: Panel, colorbar: Layout, first: boolean): Trace[] {
  const { x, y, z } = surface;
  check(
    z.length === y.length && z.every((row) => row.length === x.length),
    'surface.z',
    z.length,
    `${y.length} rows of ${x.length}`,
  );
  const at = { xaxis: panel.x, yaxis: panel.y };
  const data: Trace[] = [
    {
      type: 'contour',
      name: escapeText(surface.zName),
      x: [...x],
      y: [...y],
      z: z.map((row) => [...row]),
      colorscale: theme.scale.map((stop) => [...stop]),
      contours: { coloring: 'fill' },
      ncontours: 14,
      line: { width: 0.5, color: theme.paper },
      colorbar: { thickness: 12, outlinewidth: 0, ...colorbar },
      showlegend: false,
      ...at,
    },
  ];
  const mark = (name: string, points: readonly (readonly [number, number])[], marker: Layout): void => {
    data.push({
      type: 'scatter',
      mode: 'markers',
      name,
      x: points.map(([a]) => a),
      y: points.map(([, b]) => b),
      marker,
      cliponaxis: false,
      legendgroup: name,
      showlegend: first,
      ...at,
    });
  };
  if (surface.observed !== undefined)
    mark('observed', surface.observed, { color: '#ffffff', size: 7, line: { width: 1.2, color: '#000000' } });
  if (surface.suggestion !== undefined)
    mark('next', [surface.suggestion], {
      color: theme.bad,
      symbol: 'star',
      size: 14,
      line: { width: 1, color: '#ffffff' },
    });
  return data;
}

/**
 * Contours of a surrogate over two parameters: one surface, or several side by side (the mean, its uncertainty, the
 * acquisition), each with a scale of its own.
 */
export function posteriorContour(surfaces: Surface | readonly Surface[], options: FigureOptions = {}): Figure {
  const list: readonly Surface[] = Array.isArray(surfaces) ? surfaces : [surfaces as Surface];
  check(list.length > 0, 'surfaces', surfaces, 'at least one');
  const theme = themeOf(options);
  const one = list.length === 1;
  const columns = options.size === 'column' ? 1 : Math.min(3, list.length);
  const rows = Math.ceil(list.length / columns);
  const base = baseLayout(options, one ? 0.7 : rows * (columns === 3 ? 0.42 : 0.5));
  if (options.size === 'column' && rows > 1 && options.height === undefined) base.height = Math.round(base.width * 0.68 * rows);
  const font = fontOf(base);
  const panels = panelGrid(list.length, columns, columns === 3 ? 0.15 : 0.2, 0.5 / (rows * 2));
  const data: Trace[] = [];
  const axes: Layout = {};
  const annotations: Layout[] = [];
  list.forEach((surface, i) => {
    const panel = panels[i];
    const [low, high] = panel.domainY;
    const beside = { x: panel.domainX[1], xpad: 4, y: (low + high) / 2, len: high - low, tickfont: { size: font * 0.85 }, nticks: 6 };
    const colorbar = one ? { title: { text: escapeText(surface.zName), side: 'right' } } : beside;
    data.push(...surfaceTraces(surface, theme, panel, colorbar, i === 0));
    const axis = (name: string, values: readonly number[]): Layout => ({
      title: { text: escapeText(name) },
      range: rangeOf(values, false),
      showgrid: false,
      nticks: 6,
    });
    const leftmost = i % columns === 0;
    // In one column the panels share the name across, and the headings have its room.
    const lowest = columns > 1 || i === list.length - 1;
    Object.assign(
      axes,
      panelAxes(panel, axis(lowest ? surface.xName : '', surface.x), axis(leftmost ? surface.yName : '', surface.y)),
    );
    if (!one)
      annotations.push({
        text: escapeText(surface.zName),
        xref: 'paper',
        yref: 'paper',
        x: (panel.domainX[0] + panel.domainX[1]) / 2,
        xanchor: 'center',
        y: high,
        yanchor: 'bottom',
      });
  });
  if (one) return compose(data, { ...base, ...axes });
  // The headings stand between the legend and the panels.
  const plotHeight = base.height - (base.margin as { t: number }).t - font * 6;
  return compose(data, { ...base, ...axes, annotations, legend: { y: 1 + (font * 1.9) / plotHeight } }, font * 1.7);
}
