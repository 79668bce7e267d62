import { check } from '../base';
import { compose, fontOf } from './compose';
import type { Figure, Layout, Trace } from './figure';
import { panelAxes, panelGrid, type Panel } from './panels';
import { describeTrial, judge, objectiveIndex, objectiveTitle, shortNumber, type Judged, type StudyView } from './study-view';
import { baseLayout, themeOf, type FigureOptions, type Theme } from './theme';

export interface ParetoFrontOptions extends FigureOptions {
  /** Names of the objectives to show, in order (default all). */
  objectives?: readonly string[];
  /**
   * With three objectives or more: 'first' (default) draws the first against each of the others, 'all' every pair,
   * '3d' the first three in space.
   */
  pairs?: 'first' | 'all' | '3d';
  /** Axis titles by objective name, such as { rom: 'ROM (KB)' }; default the objectives' own labels. */
  labels?: Readonly<Record<string, string>>;
  /** Names of objectives on a logarithmic axis. */
  log?: readonly string[];
}

interface Group {
  readonly name: string;
  readonly of: (one: Judged) => boolean;
  readonly marker: (theme: Theme, font: number) => Layout;
}

const groups: readonly Group[] = [
  {
    name: 'infeasible',
    of: (one) => !one.feasible,
    marker: (theme, font) => ({
      symbol: 'x-thin',
      size: font * 0.55,
      color: theme.bad,
      line: { width: 1.2, color: theme.bad },
    }),
  },
  {
    name: 'dominated',
    of: (one) => one.feasible && !one.front,
    marker: (theme, font) => ({ symbol: 'circle', size: font * 0.5, color: theme.weak }),
  },
  {
    name: 'Pareto front',
    of: (one) => one.front,
    marker: (theme, font) => ({
      symbol: 'circle',
      size: font * 0.7,
      color: theme.strong,
      line: { width: 0.8, color: theme.paper },
    }),
  },
];

/** The points that bound what a pair of objectives dominates, best first in `a`: where the staircase turns. */
function staircase(front: readonly Judged[], a: number, b: number): Judged[] {
  const sorted = [...front].sort((p, q) => p.costs[a] - q.costs[a] || p.costs[b] - q.costs[b]);
  const kept: Judged[] = [];
  for (const one of sorted) if (kept.length === 0 || one.costs[b] < kept[kept.length - 1].costs[b]) kept.push(one);
  return kept;
}

/** Traces of one panel: objective `a` across, `b` up. */
export function frontTraces(
  study: StudyView,
  judged: readonly Judged[],
  panel: Panel,
  a: number,
  b: number,
  theme: Theme,
  font: number,
  first: boolean,
): Trace[] {
  const traces: Trace[] = [];
  const stairs = staircase(
    judged.filter((one) => one.front),
    a,
    b,
  );
  if (stairs.length > 1) {
    traces.push({
      type: 'scatter',
      mode: 'lines',
      name: 'attained',
      x: stairs.map((one) => one.values[a]),
      y: stairs.map((one) => one.values[b]),
      // Between two points of a front nothing better is known than the worse of each: the corner lies on that side.
      line: { shape: 'hv', color: theme.strong, width: 1.2 },
      hoverinfo: 'skip',
      showlegend: false,
      legendgroup: 'Pareto front',
      xaxis: panel.x,
      yaxis: panel.y,
    });
  }
  for (const group of groups) {
    const members = judged.filter(group.of);
    if (members.length === 0) continue;
    traces.push({
      type: 'scatter',
      mode: 'markers',
      name: group.name,
      legendgroup: group.name,
      showlegend: first,
      x: members.map((one) => one.values[a]),
      y: members.map((one) => one.values[b]),
      text: members.map((one) => describeTrial(study, one.trial)),
      hovertemplate: '%{text}<extra></extra>',
      marker: group.marker(theme, font),
      xaxis: panel.x,
      yaxis: panel.y,
    });
  }
  return traces;
}

/** Nothing to see, but Plotly draws a panel's axes only where a trace uses them. */
export function emptyTrace(panel: Panel): Trace {
  return {
    type: 'scatter',
    mode: 'markers',
    x: [null],
    y: [null],
    xaxis: panel.x,
    yaxis: panel.y,
    showlegend: false,
    hoverinfo: 'skip',
  };
}

/** Dashed lines at the limits of a panel's two objectives. */
export function limitShapes(study: StudyView, panel: Panel, a: number, b: number, theme: Theme): Layout[] {
  const shapes: Layout[] = [];
  const line = { color: theme.limit, width: 1, dash: 'dash' };
  for (const constraint of study.constraints ?? []) {
    for (const limit of [constraint.upper, constraint.lower]) {
      if (limit === undefined || !Number.isFinite(limit)) continue;
      if (constraint.name === study.objectives[a].name) {
        shapes.push({
          type: 'line',
          xref: panel.x,
          yref: `${panel.y} domain`,
          x0: limit,
          x1: limit,
          y0: 0,
          y1: 1,
          line,
        });
      }
      if (constraint.name === study.objectives[b].name) {
        shapes.push({
          type: 'line',
          xref: `${panel.x} domain`,
          yref: panel.y,
          x0: 0,
          x1: 1,
          y0: limit,
          y1: limit,
          line,
        });
      }
    }
  }
  return shapes;
}

/** Range of an axis that holds the points, and the limits that lie near them. */
function axisRange(study: StudyView, judged: readonly Judged[], j: number, log: boolean): [number, number] | undefined {
  const values = judged.map((one) => one.values[j]);
  if (values.length === 0) return undefined;
  let lo = Math.min(...values);
  let hi = Math.max(...values);
  const reach = Math.max(hi - lo, Math.abs(hi) * 0.1, 1e-12);
  for (const constraint of study.constraints ?? []) {
    if (constraint.name !== study.objectives[j].name) continue;
    for (const limit of [constraint.upper, constraint.lower]) {
      if (limit === undefined || limit < lo - reach || limit > hi + reach) continue;
      lo = Math.min(lo, limit);
      hi = Math.max(hi, limit);
    }
  }
  if (log && lo > 0) {
    const pad = Math.max(0.02, (Math.log10(hi) - Math.log10(lo)) * 0.06);
    return [Math.log10(lo) - pad, Math.log10(hi) + pad];
  }
  // Around a single value half of itself: ticks that differ in the fifth digit say nothing.
  const pad = Math.max(hi > lo ? hi - lo : Math.abs(hi) * 8, Math.abs(hi) * 1e-3, 1e-12) * 0.06;
  return [lo - pad, hi + pad];
}

/**
 * Ticks at 1, 2, 5 of each decade: every digit would not fit under a small panel. Within one decade Plotly would write
 * bare digits of no power that is in sight: there they are whole numbers, evenly spread where 1, 2, 5 are too few.
 */
function logTicks(range: readonly [number, number] | undefined): Layout {
  if (range === undefined || range[1] - range[0] > 1.2) return { dtick: 'D2' };
  const [lo, hi] = range.map((log) => 10 ** log);
  const power = 10 ** Math.floor(range[0]);
  const ladder = [1, 2, 5, 10, 20, 50].map((step) => step * power).filter((tick) => tick >= lo && tick <= hi);
  const rough = (hi - lo) / 5;
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((digit) => digit * decade >= rough) ?? 10) * decade;
  const even = Array.from({ length: 6 }, (_, i) => (Math.ceil(lo / step) + i) * step).filter((tick) => tick <= hi);
  const tickvals = ladder.length >= 3 ? ladder : even;
  return { tickmode: 'array', tickvals, ticktext: tickvals.map(shortNumber) };
}

/** Axis of objective `j`. */
export function objectiveAxis(
  study: StudyView,
  judged: readonly Judged[],
  j: number,
  options: ParetoFrontOptions,
): Layout {
  const { name } = study.objectives[j];
  const log = options.log?.includes(name) ?? false;
  const range = axisRange(study, judged, j, log);
  return {
    title: { text: options.labels?.[name] ?? objectiveTitle(study.objectives[j]) },
    ...(log ? { type: 'log', ...logTicks(range) } : {}),
    ...(range === undefined ? {} : { range }),
    nticks: 6,
  };
}

function threeDimensional(
  study: StudyView,
  judged: readonly Judged[],
  chosen: readonly number[],
  options: ParetoFrontOptions,
): Figure {
  const theme = themeOf(options);
  const layout = baseLayout(options, 0.8);
  const [a, b, c] = chosen;
  const axis = (j: number): Layout => ({
    title: { text: options.labels?.[study.objectives[j].name] ?? objectiveTitle(study.objectives[j], false) },
    ...(options.log?.includes(study.objectives[j].name) ? { type: 'log' } : {}),
    backgroundcolor: theme.paper,
    gridcolor: theme.line,
    nticks: 5,
    tickfont: { size: layout.width < 400 ? 8 : 11 },
  });
  const data: Trace[] = [];
  for (const group of groups) {
    const members = judged.filter(group.of);
    if (members.length === 0) continue;
    const { color } = group.marker(theme, 13) as { color: string };
    data.push({
      type: 'scatter3d',
      mode: 'markers',
      name: group.name,
      x: members.map((one) => one.values[a]),
      y: members.map((one) => one.values[b]),
      z: members.map((one) => one.values[c]),
      text: members.map((one) => describeTrial(study, one.trial)),
      hovertemplate: '%{text}<extra></extra>',
      marker: {
        color,
        size: group.name === 'Pareto front' ? 5 : 3,
        // In space a cross is a letter that not every font has.
        symbol: group.name === 'infeasible' ? 'diamond-open' : 'circle',
      },
    });
  }
  // A step back from Plotly's own place, so that no label leaves the picture.
  const back = layout.width < 400 ? 1.95 : 1.5;
  const camera = { eye: { x: back, y: back, z: back * 0.75 }, center: { x: 0, y: 0, z: -0.15 } };
  const scene = { xaxis: axis(a), yaxis: axis(b), zaxis: axis(c), camera, aspectmode: 'cube' };
  // Space needs WebGL, which a printed page has not: the pairs stand in for it where only SVG can be drawn.
  const flat = paretoFront(study, {
    ...options,
    pairs: 'all',
    objectives: chosen.map((j) => study.objectives[j].name),
  });
  return compose(data, { ...layout, scene, meta: { flat: { data: flat.data, layout: flat.layout } } });
}

/**
 * The trials of a study by their objectives: the Pareto front, what it dominates, what is infeasible, and the
 * constraints as dashed lines. Two objectives give one panel, more give one for each pair.
 * @throws ArgumentError for an unknown objective, or fewer than two
 */
export function paretoFront(study: StudyView, options: ParetoFrontOptions = {}): Figure {
  const judged = judge(study);
  const chosen = (options.objectives ?? study.objectives.map((objective) => objective.name)).map((name) =>
    objectiveIndex(study, name),
  );
  check(chosen.length >= 2, 'objectives', options.objectives ?? study.objectives.length, 'at least two');
  if (options.pairs === '3d' && chosen.length >= 3) return threeDimensional(study, judged, chosen.slice(0, 3), options);
  const pairs: [number, number][] = [];
  if (chosen.length === 2) pairs.push([chosen[0], chosen[1]]);
  else if (options.pairs === 'all') chosen.forEach((b, i) => chosen.slice(i + 1).forEach((a) => pairs.push([a, b])));
  else for (const a of chosen.slice(1)) pairs.push([a, chosen[0]]);
  // The first objective goes up, as accuracy does in the papers.
  if (chosen.length === 2) pairs[0] = [chosen[1], chosen[0]];

  const theme = themeOf(options);
  const columns = options.size === 'column' ? 1 : Math.min(3, pairs.length);
  const rows = Math.ceil(pairs.length / columns);
  const shape = columns === 1 ? 0.62 * rows : rows * (columns === 2 ? 0.48 : 0.4);
  const layout = baseLayout(options, shape);
  if (options.size === 'column' && rows > 1 && options.height === undefined)
    layout.height = Math.round(layout.width * 0.6 * rows);
  const font = fontOf(layout);
  const panels = panelGrid(pairs.length, columns, columns === 2 ? 0.13 : 0.11, 0.6 / (rows * 2));
  const data: Trace[] = [];
  const shapes: Layout[] = [];
  const axes: Layout = {};
  pairs.forEach(([a, b], i) => {
    data.push(emptyTrace(panels[i]), ...frontTraces(study, judged, panels[i], a, b, theme, font, i === 0));
    shapes.push(...limitShapes(study, panels[i], a, b, theme));
    Object.assign(
      axes,
      panelAxes(
        panels[i],
        // Under a third of the width six labels of four digits touch.
        { ...objectiveAxis(study, judged, a, options), ...(columns === 3 ? { nticks: 4 } : {}) },
        objectiveAxis(study, judged, b, options),
      ),
    );
  });
  if (judged.length === 0)
    axes.annotations = [
      { text: 'no complete trial yet', xref: 'paper', yref: 'paper', x: 0.5, y: 0.5, xanchor: 'center' },
    ];
  return compose(data, { ...layout, ...axes, shapes });
}
