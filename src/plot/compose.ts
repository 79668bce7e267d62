import { Figure, type Layout, type Trace } from './figure';
import { textWidth } from './render/text-width';

/** Font size of a layout of `baseLayout`. */
export function fontOf(layout: Layout): number {
  return (layout.template as { layout: { font: { size: number } } }).layout.font.size;
}

/** Room above the plot where no legend stands. */
function headRoom(layout: Layout): number {
  return fontOf(layout) * (layout.title === undefined ? 1.2 : 3.2);
}

/** The legend above a figure: its font, and the rows that it takes. */
interface LegendFit {
  readonly rows: number;
  readonly font: number;
}

/** One row where all entries fit, in letters a little smaller if need be, else columns as wide as the widest entry. */
function fitLegend(data: readonly Trace[], width: number, font: number): LegendFit {
  const names = new Set<string>();
  for (const trace of data) if (typeof trace.name === 'string' && trace.showlegend !== false) names.add(trace.name);
  if (names.size === 0 || (names.size === 1 && !data.some((trace) => trace.showlegend === true)))
    return { rows: 0, font };
  // Beside the name: the symbol (30 px) and the room around it.
  const widths = (size: number): number[] => [...names].map((name) => textWidth(name, size) + 45);
  for (const size of [font, font * 0.95, font * 0.9]) {
    if (widths(size).reduce((sum, one) => sum + one, 0) <= width) return { rows: 1, font: size };
  }
  const columns = Math.max(1, Math.floor(width / Math.max(...widths(font))));
  return { rows: Math.ceil(names.size / columns), font };
}

/** Width left of the plot: what the labels take where they are given, and the axis' title. */
function besideWidth(layout: Layout, font: number): number {
  const { ticktext = [], title } = (layout.yaxis ?? {}) as { ticktext?: readonly string[]; title?: { text?: string } };
  const labels = Math.max(3 * font, ...ticktext.map((text) => textWidth(text, font) + font));
  return labels + (title?.text ? 1.6 * font : 0);
}

/** The figure, with room for the title and for the legend below it. `besides` is what else stands above the plot, in px. */
export function compose(data: Trace[], layout: Layout & { width: number }, besides = 0): Figure {
  const font = fontOf(layout);
  const margin = layout.margin as { l: number; r: number; t: number };
  const width = layout.width - margin.l - margin.r - besideWidth(layout, font);
  const legend = fitLegend(data, width, font * 0.95);
  const title = layout.title === undefined ? 0 : font * 2.4;
  const needed = title + legend.rows * Math.max(19, font * 1.25 + 3) + (legend.rows > 0 ? font * 0.5 : 0) + besides;
  const least = legend.rows > 0 ? margin.t : headRoom(layout);
  return new Figure(data, {
    ...layout,
    margin: { ...margin, t: Math.max(least, needed) },
    legend: { font: { size: legend.font }, ...(layout.legend as Layout | undefined) },
  });
}
