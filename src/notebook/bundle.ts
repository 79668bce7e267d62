import { inspect } from 'node:util';
import { isFigure, pageConfig, toSvg, type FigureData } from '../plot';
import { Study, Trial, type TrialRecord } from '../study';
import { frameTable, isFrame } from './frame-data';
import { studyOf } from './seen-studies';
import { isTrialRecord, recordBundle, studyBundle, trialBundle, trialsBundle } from './study-bundle';
import { tableHtml, tableText, type Row } from './table-format';

/** One thing in several forms, by MIME type; 'text/plain' is what is left where nothing richer can be shown. */
export type MimeBundle = Readonly<Record<string, unknown>> & {
  /** The text. */
  readonly 'text/plain': string;
};

/** Something to display, made already. As a cell's last expression it shows itself. */
export class Rich {
  constructor(
    /** Its forms. */
    readonly bundle: MimeBundle,
  ) {}
}

const renderers: { readonly accepts: (value: unknown) => boolean; readonly render: (value: never) => unknown }[] = [];

/**
 * Teaches the notebook a kind of value: what `render` returns (a figure, a table, a bundle …) is displayed in its place,
 * by `display` and as a cell's last expression.
 */
export function addRenderer<T>(accepts: (value: unknown) => value is T, render: (value: T) => unknown): void {
  renderers.unshift({ accepts, render: render as (value: never) => unknown });
}

/** True for what a renderer was added for. */
export function hasRenderer(value: unknown): boolean {
  return value !== null && typeof value === 'object' && renderers.some(({ accepts }) => accepts(value));
}

function titleOf(figure: FigureData): string {
  const title = figure.layout.title as { text?: string } | string | undefined;
  const text = typeof title === 'string' ? title : title?.text;
  return text === undefined ? '' : ` '${text.replace(/<[^>]*>/g, ' ')}'`;
}

/** A figure in words. */
export function describeFigure(figure: FigureData): string {
  const names = figure.data.map((trace) => trace.name).filter((name): name is string => typeof name === 'string');
  const shown = [...new Set(names)].slice(0, 8).join(', ');
  return `[figure${titleOf(figure)}${shown === '' ? '' : `: ${shown}`}]`;
}

function figureBundle(figure: FigureData): MimeBundle {
  // Plain data: typed arrays would be written as objects.
  const plain = JSON.parse(
    JSON.stringify({ data: figure.data, layout: figure.layout }, (_, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value,
    ),
  ) as FigureData;
  const bundle: Record<string, unknown> = {
    'application/vnd.plotly.v1+json': {
      data: plain.data,
      layout: plain.layout,
      config: pageConfig,
    },
    'text/plain': describeFigure(figure),
  };
  try {
    bundle['image/svg+xml'] = toSvg(figure);
  } catch {
    // A figure that needs WebGL has no still picture; the Plotly form is there all the same.
  }
  return bundle as MimeBundle;
}

/** True for a list of stored trials, as `study.trials` and `study.front()` are. */
export function isTrialRecords(value: unknown): value is readonly TrialRecord[] {
  return Array.isArray(value) && value.length > 0 && value.every(isTrialRecord);
}

function isRows(value: unknown): value is Row[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((row) => row !== null && typeof row === 'object' && Object.getPrototypeOf(row) === Object.prototype)
  );
}

/** Whatever is given, in the forms that a notebook can show. */
export function toBundle(value: unknown): MimeBundle {
  if (value instanceof Rich) return value.bundle;
  const renderer = renderers.find(({ accepts }) => accepts(value));
  if (renderer !== undefined) return toBundle(renderer.render(value as never));
  if (isFigure(value)) return figureBundle(value);
  if (value instanceof Study) return studyBundle(value as Study);
  if (value instanceof Trial) return trialBundle(value as Trial);
  if (isTrialRecord(value)) return recordBundle(value, studyOf(value));
  if (isTrialRecords(value)) return trialsBundle(value, studyOf(value[0]));
  if (isFrame(value)) return tableBundle(frameTable(value));
  if (isRows(value)) return tableBundle(value);
  return { 'text/plain': typeof value === 'string' ? value : inspect(value, { depth: 3 }) };
}

export function tableBundle(rows: readonly Row[], columns?: readonly string[]): MimeBundle {
  return { 'text/html': tableHtml(rows, columns), 'text/plain': tableText(rows, columns) };
}
