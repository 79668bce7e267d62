import { Figure, type Layout, type Trace } from './figure';
import { textWidth } from './render/text-width';

/** Font size of a layout of `baseLayout`. */
export function fontOf(layout: Layout): number {
  return (layout.template as { layout: { font: { size: number } } }).layout.font.size;
}

/** Rows that the legend above a figure takes: one where all fit, else columns as wide as the widest entry. */
function legendRows(data: readonly Trace[], width: number, font: number): number {
  const names = new Set<string>();
  for (const trace of data) if (typeof trace.name === 'string' && trace.showlegend !== false) names.add(trace.name);
  if (names.size === 0 || (names.size === 1 && !data.some((trace) => trace.showlegend === true))) return 0;
  // Beside the name: the symbol (30 px) and the room around it.
  const widths = [...names].map((name) => textWidth(name, font * 0.95) + 45);
  if (widths.reduce((sum, one) => sum + one, 0) <= width * 0.95) return 1;
  const columns = Math.max(1, Math.floor((width * 0.95) / Math.max(...widths)));
  return Math.ceil(names.size / columns);
}

/** Width of the labels left of the plot, where they are given: the plot, and the legend with it, gives way to them. */
function labelWidth(layout: Layout, font: number): number {
  const { ticktext = [] } = (layout.yaxis ?? {}) as { ticktext?: readonly string[] };
  return Math.max(0, ...ticktext.map((text) => textWidth(text, font)));
}

/** The figure, with room for the title and for the legend below it. `besides` is what else stands above the plot, in px. */
export function compose(data: Trace[], layout: Layout & { width: number }, besides = 0): Figure {
  const font = fontOf(layout);
  const margin = layout.margin as { l: number; r: number; t: number };
  const beside = Math.max(3 * font, labelWidth(layout, font) + font);
  const rows = legendRows(data, layout.width - margin.l - margin.r - beside, font);
  const title = layout.title === undefined ? 0 : font * 2.4;
  const needed = title + rows * Math.max(19, font * 1.25 + 3) + (rows > 0 ? font * 0.5 : 0) + besides;
  return new Figure(data, { ...layout, margin: { ...margin, t: Math.max(margin.t, needed) } });
}
