import { readFileSync } from 'node:fs';
import { isFigure, pageConfig, type FigureData, type Layout } from './figure';
import { figureJson } from './render/svg';
import { escapeText, unescapeText } from './study-view';

/**
 * A page of its own that needs no network: the figures, and Plotly inside it (4.7 MB), or loaded from `plotlyUrl`.
 */
export function toHtml(
  figures: FigureData | readonly FigureData[],
  options: { title?: string; plotlyUrl?: string } = {},
): string {
  const list = isFigure(figures) ? [figures] : figures;
  const title = escapeText(options.title ?? 'Paretino');
  const source =
    options.plotlyUrl === undefined
      ? `<script>${readFileSync(require.resolve('plotly.js'), 'utf8').replace(/<\/script/gi, '<\\/script')}</script>`
      : `<script src="${escapeText(options.plotlyUrl)}"></script>`;
  const drawn = list.map((figure, i) => {
    // A closing tag inside a text must not end the script.
    const json = figureJson(figure).replace(/</g, '\\u003c');
    return `<div id="figure-${i + 1}"></div>\n<script>{ const f = ${json}; Plotly.newPlot('figure-${i + 1}', f.data, f.layout, ${JSON.stringify(pageConfig)}); }</script>`;
  });
  const head = `<meta charset="utf-8"><title>${title}</title>`;
  return `<!doctype html>\n<html lang="en"><head>${head}\n${source}\n</head><body>\n${drawn.join('\n')}\n</body></html>\n`;
}

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = String(value as string | number | boolean);
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function axisTitle(layout: Layout, reference: unknown, letter: 'x' | 'y'): string {
  const key = typeof reference === 'string' ? reference.replace(letter, `${letter}axis`) : `${letter}axis`;
  const title = (layout[key] as { title?: { text?: string } | string } | undefined)?.title;
  return (typeof title === 'string' ? title : title?.text) ?? '';
}

function list(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<unknown>) : undefined;
}

/** Positions of a trace along an axis where it gives only the first and the step. */
function positions(trace: Record<string, unknown>, letter: 'x' | 'y', length: number): unknown[] {
  const given = list(trace[letter]);
  if (given !== undefined) return given;
  const start = Number(trace[`${letter}0`] ?? 0);
  const step = Number(trace[`d${letter}`] ?? 1);
  return Array.from({ length }, (_, i) => start + i * step);
}

/** Names for the positions on an axis, where its ticks have names. */
function namer(layout: Layout, reference: unknown, letter: 'x' | 'y'): (value: unknown) => unknown {
  const key = typeof reference === 'string' ? reference.replace(letter, `${letter}axis`) : `${letter}axis`;
  const { tickmode, tickvals, ticktext } = (layout[key] ?? {}) as Record<string, unknown>;
  if (tickmode !== 'array' || !Array.isArray(tickvals) || !Array.isArray(ticktext)) return (value) => value;
  const names = new Map(tickvals.map((at, i) => [at as unknown, unescapeText(String(ticktext[i]))]));
  return (value) => names.get(value) ?? value;
}

/** Rows that a figure carries where its traces are drawing rather than data. */
function ownRows(figure: FigureData): Record<string, unknown>[] | undefined {
  return (figure.layout.meta as { rows?: Record<string, unknown>[] } | undefined)?.rows;
}

function csvText(rows: readonly (readonly unknown[])[]): string {
  return `${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}

/**
 * The data behind a figure as CSV (RFC 4180): a row a point with its series, the titles of its axes, x, y and z, and the
 * half width of its error bars where it has any; positions that have names on the axis stand by name. Where the drawing
 * has another shape than the data (a memory map, a timeline), the rows are those that it was drawn from.
 */
export function toCsv(figure: FigureData): string {
  const own = ownRows(figure);
  if (own !== undefined) {
    const columns = [...new Set(own.flatMap((row) => Object.keys(row)))];
    return csvText([columns, ...own.map((row) => columns.map((name) => row[name]))]);
  }
  const bars = (['error_x', 'error_y'] as const).filter((name) => figure.data.some((trace) => trace[name] !== undefined));
  const rows: unknown[][] = [['series', 'x axis', 'y axis', 'x', 'y', 'z', ...bars.map((bar) => bar.replace('_', ' '))]];
  figure.data.forEach((trace, t) => {
    const given = trace.name === undefined ? `${trace.type} ${t + 1}` : unescapeText(String(trace.name as string));
    const name = trace.meta === undefined ? given : `${String(trace.meta as string)}: ${given}`;
    const titles = [axisTitle(figure.layout, trace.xaxis, 'x'), axisTitle(figure.layout, trace.yaxis, 'y')].map(unescapeText);
    const xName = namer(figure.layout, trace.xaxis, 'x');
    const yName = namer(figure.layout, trace.yaxis, 'y');
    const z = list(trace.z);
    if (z !== undefined && list(z[0]) !== undefined) {
      const width = Math.max(...z.map((row) => (list(row) as unknown[]).length));
      const [xs, ys] = [positions(trace, 'x', width), positions(trace, 'y', z.length)];
      z.forEach((row, i) =>
        (list(row) as unknown[]).forEach((value, j) => rows.push([name, ...titles, xName(xs[j]), yName(ys[i]), value])),
      );
      return;
    }
    const length = Math.max(list(trace.x)?.length ?? 0, list(trace.y)?.length ?? 0);
    const [xs, ys] = [positions(trace, 'x', length), positions(trace, 'y', length)];
    const errors = bars.map((bar) => list((trace[bar] as { array?: unknown } | undefined)?.array));
    for (let i = 0; i < length; i++)
      if (xs[i] !== null || ys[i] !== null)
        rows.push([name, ...titles, xName(xs[i]), yName(ys[i]), z?.[i], ...errors.map((error) => error?.[i])]);
  });
  return csvText(rows);
}
