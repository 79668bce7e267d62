import { check } from '../base';
import { compose } from './compose';
import type { Figure, Trace } from './figure';
import { textWidth } from './render/text-width';
import { escapeText } from './study-view';
import { baseLayout, sizeOf, themeOf, type FigureOptions } from './theme';

/** One bar in each group. */
export interface BarSeries {
  /** For the legend. */
  readonly name: string;
  /** One a category; NaN leaves a gap. */
  readonly values: readonly number[];
}

export interface GroupedBarsOptions extends FigureOptions {
  /** Title of the horizontal axis. */
  x?: string;
  /** Title of the vertical axis. */
  y?: string;
  /** Ends of the vertical axis; default: from 0 to what the values need. */
  range?: readonly [number, number];
}

/**
 * Upright bars side by side for each category: shares of classes, scores by class.
 * @throws ArgumentError for more series than there are colours, or a series of another length
 */
export function groupedBars(categories: readonly string[], series: readonly BarSeries[], options: GroupedBarsOptions = {}): Figure {
  const theme = themeOf(options);
  check(categories.length > 0, 'categories', categories, 'at least one');
  check(series.length > 0 && series.length <= theme.series.length, 'series', series.length, `1 to ${theme.series.length} series`);
  for (const { name, values } of series)
    check(values.length === categories.length, `series '${name}'`, values.length, `${categories.length} values, one a category`);
  const labels = categories.map(escapeText);
  const data = series.map(({ name, values }, i): Trace => ({
    type: 'bar',
    name: escapeText(name),
    // Positions rather than names: two categories may share a name.
    x: labels.map((_, k) => k),
    y: values.map((value) => (Number.isFinite(value) ? value : null)),
    customdata: labels,
    marker: { color: theme.series[i] },
    hovertemplate: `%{customdata}: %{y}<extra>${escapeText(name)}</extra>`,
    showlegend: series.length > 1,
  }));
  // Names that do not fit beside one another hang, and the figure grows by that.
  const { width, font } = sizeOf(options);
  const longest = Math.max(...labels.map((label) => textWidth(label, font)));
  const hanging = longest > (width * 0.84) / labels.length - font * 0.5;
  const base = baseLayout(options, 0.46);
  return compose(data, {
    ...base,
    height: options.height ?? base.height + (hanging ? Math.round(longest * 0.6) : 0),
    barmode: 'group',
    bargap: 0.25,
    xaxis: {
      title: { text: escapeText(options.x ?? '') },
      tickmode: 'array',
      tickvals: labels.map((_, k) => k),
      ticktext: labels,
      tickangle: hanging ? -40 : 0,
      showgrid: false,
      ticks: '',
    },
    yaxis: {
      title: { text: escapeText(options.y ?? '') },
      rangemode: 'tozero',
      ...(options.range === undefined ? {} : { range: [...options.range] }),
    },
  });
}
