import { check } from '../base';
import type { ParamValue, SearchSpace } from '../space';
import { compose, fontOf } from './compose';
import type { Figure, Layout, Trace } from './figure';
import { textWidth } from './render/text-width';
import { describeTrial, escapeText, judge, shortNumber, type Judged, type StudyView } from './study-view';
import { baseLayout, themeOf, type FigureOptions } from './theme';

export interface ParallelCoordinatesOptions extends FigureOptions {
  /** Parameters and objectives, by name and in order (default: all parameters, then all objectives). */
  axes?: readonly string[];
  /** Draws logarithmic parameters so. */
  space?: SearchSpace;
}

/** One upright line: where a value lies on it (0 … 1), and its ticks. */
interface Upright {
  readonly name: string;
  readonly place: (value: ParamValue) => number;
  readonly ticks: readonly (readonly [place: number, text: string])[];
}

function upright(name: string, values: readonly ParamValue[], log: boolean): Upright {
  if (values.every((value) => typeof value === 'number')) {
    const numbers = values as readonly number[];
    const scale = log && numbers.every((value) => value > 0) ? Math.log10 : (value: number): number => value;
    const unscale = scale === Math.log10 ? (value: number): number => 10 ** value : (value: number): number => value;
    const low = Math.min(...numbers.map(scale));
    const high = Math.max(...numbers.map(scale));
    const place = (value: ParamValue): number => (high > low ? (scale(value as number) - low) / (high - low) : 0.5);
    const ticks =
      high > low
        ? [0, 0.5, 1].map((at): [number, string] => [
            at,
            shortNumber(Number(unscale(low + at * (high - low)).toPrecision(3))),
          ])
        : [[0.5, shortNumber(unscale(low))] as [number, string]];
    return { name, place, ticks };
  }
  const levels = [...new Set(values.map(String))].sort();
  const at = (text: string): number => (levels.length > 1 ? levels.indexOf(text) / (levels.length - 1) : 0.5);
  return { name, place: (value) => at(String(value)), ticks: levels.map((text) => [at(text), text]) };
}

/** Each trial as a line through its parameters and objectives: the Pareto front in colour over the rest. */
export function parallelCoordinates(study: StudyView, options: ParallelCoordinatesOptions = {}): Figure {
  const theme = themeOf(options);
  const judged = judge(study);
  const objectives = study.objectives.map((objective) => objective.name);
  const parameters = [...new Set(judged.flatMap((one) => Object.keys(one.trial.params)))];
  const names = options.axes ?? [...parameters, ...objectives];
  for (const name of names)
    check(
      parameters.includes(name) || objectives.includes(name) || judged.length === 0,
      'axes',
      name,
      `one of ${[...parameters, ...objectives].join(', ')}`,
    );
  const valueOf = (one: Judged, name: string): ParamValue | undefined => {
    const j = objectives.indexOf(name);
    return j >= 0 ? one.values[j] : one.trial.params[name];
  };
  const uprights = names.map((name) => {
    const values = judged.map((one) => valueOf(one, name)).filter((value): value is ParamValue => value !== undefined);
    const dimension = options.space?.dimensions[name];
    return upright(name, values, dimension !== undefined && 'log' in dimension && dimension.log === true);
  });
  const base = baseLayout(options, options.size === 'column' ? 0.75 : 0.5);
  const font = fontOf(base);
  // Names stand upright where they would run into one another.
  const room = (base.width * 0.86) / Math.max(1, names.length - 1);
  const stood = names.some((name) => textWidth(name, font) > room - font);
  const groups = [
    {
      name: 'infeasible',
      members: judged.filter((one) => !one.feasible),
      line: { color: theme.bad, width: 0.8 },
      opacity: 0.5,
    },
    {
      name: 'dominated',
      members: judged.filter((one) => one.feasible && !one.front),
      line: { color: theme.weak, width: 0.9 },
      opacity: 0.8,
    },
    {
      name: 'Pareto front',
      members: judged.filter((one) => one.front),
      line: { color: theme.strong, width: 1.8 },
      opacity: 0.95,
    },
  ];
  const data = groups
    .filter(({ members }) => members.length > 0)
    .map(({ name, members, line, opacity }): Trace => {
      const x: (number | null)[] = [];
      const y: (number | null)[] = [];
      const text: string[] = [];
      for (const one of members) {
        uprights.forEach((axis, i) => {
          const value = valueOf(one, axis.name);
          // A conditional parameter that is not there leaves a gap.
          x.push(i);
          y.push(value === undefined ? null : axis.place(value));
          text.push(describeTrial(study, one.trial));
        });
        x.push(null);
        y.push(null);
        text.push('');
      }
      return {
        type: 'scatter',
        mode: 'lines',
        name,
        x,
        y,
        text,
        hovertemplate: '%{text}<extra></extra>',
        line,
        opacity,
      };
    });
  const annotations: Layout[] = [];
  const shapes: Layout[] = [];
  uprights.forEach(({ ticks }, i) => {
    shapes.push({ type: 'line', x0: i, x1: i, y0: 0, y1: 1, line: { color: theme.line, width: 1 }, layer: 'below' });
    for (const [at, text] of ticks) {
      annotations.push({
        x: i,
        y: at,
        text: escapeText(text),
        // The ends stand above and below their line, out of the way of those that gather there.
        xanchor: at === 0 || at === 1 ? 'center' : i === uprights.length - 1 ? 'right' : 'left',
        xshift: at === 0 || at === 1 ? 0 : i === uprights.length - 1 ? -3 : 3,
        yanchor: at === 0 ? 'top' : at === 1 ? 'bottom' : 'middle',
        yshift: at === 0 ? -2 : at === 1 ? 2 : 0,
        font: { size: font * 0.75 },
        bgcolor: theme.paper,
        opacity: 0.85,
        borderpad: 0,
      });
    }
  });
  const ticks = { tickmode: 'array', tickvals: names.map((_, i) => i), ticktext: names.map(escapeText) };
  return compose(data, {
    ...base,
    xaxis: {
      ...ticks,
      range: [-0.1, names.length - 0.9],
      showgrid: false,
      showline: false,
      ticks: '',
      tickangle: stood ? -90 : 0,
    },
    yaxis: { visible: false, range: [-0.1, 1.1] },
    annotations,
    shapes,
    meta: {
      rows: judged.map((one) => ({
        trial: one.trial.number,
        group: groups.find(({ members }) => members.includes(one))!.name,
        ...Object.fromEntries(names.map((name) => [name, valueOf(one, name)])),
      })),
    },
  });
}
