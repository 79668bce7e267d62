import { compose } from './compose';
import type { Figure, Trace } from './figure';
import { escapeText } from './study-view';
import { baseLayout, themeOf, type FigureOptions } from './theme';

/** A line of values by step. */
export interface Curve {
  /** For the legend. */
  readonly name: string;
  /** In order of step. */
  readonly points: readonly (readonly [step: number, value: number])[];
  /** Dashed, in the colour of the curve of this name: 'validation' beside 'training'. */
  readonly beside?: string;
}

/** Loss or accuracy by epoch. With more curves than colours all are thin and grey, and the best of them is not marked. */
export function learningCurves(
  curves: readonly Curve[],
  options: FigureOptions & { x?: string; y?: string; log?: boolean } = {},
): Figure {
  const theme = themeOf(options);
  const owners = curves.filter(({ beside }) => beside === undefined).map(({ name }) => name);
  const many = owners.length > theme.series.length;
  const data = curves.map(({ name, points, beside }): Trace => {
    const at = owners.indexOf(beside ?? name);
    return {
      type: 'scatter',
      // Few points are measurements to be seen, many are a course.
      mode: points.length > 12 ? 'lines' : points.length > 1 ? 'lines+markers' : 'markers',
      name: escapeText(name),
      x: points.map(([step]) => step),
      y: points.map(([, value]) => value),
      line: {
        color: many ? theme.weak : theme.series[Math.max(0, at) % theme.series.length],
        width: many ? 0.8 : 1.8,
        dash: beside === undefined ? 'solid' : 'dash',
      },
      marker: { color: many ? theme.weak : theme.series[Math.max(0, at) % theme.series.length] },
      showlegend: !many && curves.length > 1,
    };
  });
  return compose(data, {
    ...baseLayout(options),
    xaxis: { title: { text: escapeText(options.x ?? 'epoch') }, rangemode: 'tozero' },
    yaxis: { title: { text: escapeText(options.y ?? '') }, ...(options.log ? { type: 'log' } : {}) },
  });
}
