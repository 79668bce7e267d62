import { randomBytes } from 'node:crypto';
import { imageGrid, pictureToPng, type ImageGridOptions, type Picture } from '../plot';
import { Rich, tableBundle, toBundle } from './bundle';
import { isFrame, frameTable, type FrameLike } from './frame-data';
import { currentWriter } from './kernel';
import { makeRich } from './rich';
import type { Row } from './table-format';

/**
 * Shows values in the running cell: a figure as Plotly, SVG and text at once, a table as HTML and text, anything else as
 * text. Outside a notebook the text goes to the standard output.
 */
export function display(...values: unknown[]): void {
  for (const value of values) {
    const bundle = toBundle(value);
    const write = currentWriter();
    if (write === undefined) process.stdout.write(`${bundle['text/plain']}\n`);
    else write({ data: bundle, metadata: {}, transient: {} }, false);
  }
}

/** A display that can be written again in place. */
export class UpdatableDisplay {
  private readonly id = randomBytes(8).toString('hex');
  private shown = false;

  /** Writes or overwrites; false outside a notebook, where nothing is written. */
  write(value: unknown): boolean {
    // The cell that runs now, not the one that began: a headless run takes updates only from the former.
    const write = currentWriter();
    if (write === undefined) return false;
    write({ data: toBundle(value), metadata: {}, transient: { display_id: this.id } }, this.shown);
    this.shown = true;
    return true;
  }
}

/** Rows as a table. As a cell's last expression it shows itself; `columns` chooses and orders. */
export function table(rows: readonly object[], columns?: readonly string[]): Rich {
  return new Rich(tableBundle(rows as readonly Row[], columns));
}

/** A danfojs frame as a table. From then on frames show themselves as a cell's last expression too. */
export function frame(df: FrameLike): Rich {
  if (isFrame(df))
    makeRich(Object.getPrototypeOf(df) as object, (value) => new Rich(tableBundle(frameTable(value as FrameLike))));
  return new Rich(toBundle(df));
}

/** One picture: pixels, or the bytes of a PNG file, or the text of an SVG. `scale` enlarges pixels. */
export function image(
  picture: Picture | Uint8Array | string,
  options: { scale?: number; range?: readonly [number, number] } = {},
): Rich {
  if (typeof picture === 'string') return new Rich({ 'image/svg+xml': picture, 'text/plain': '[picture]' });
  if (picture instanceof Uint8Array)
    return new Rich({ 'image/png': Buffer.from(picture).toString('base64'), 'text/plain': '[picture]' });
  const png = pictureToPng(picture, options.range).toString('base64');
  const scale = options.scale ?? Math.max(1, Math.round(160 / Math.max(picture.width, picture.height)));
  const html =
    `<img src="data:image/png;base64,${png}" width="${picture.width * scale}" height="${picture.height * scale}" ` +
    'style="image-rendering:pixelated"/>';
  const caption = picture.label === undefined ? '' : ` ${picture.label}`;
  return new Rich({
    'text/html': html,
    'image/png': png,
    'text/plain': `[picture ${picture.width} × ${picture.height}${caption}]`,
  });
}

/** Pictures in rows with their labels, shown at once. */
export function pictures(list: readonly Picture[], options: ImageGridOptions = {}): void {
  display(imageGrid(list, options));
}
