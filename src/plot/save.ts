import { writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { ArgumentError } from '../base';
import { toCsv, toHtml } from './export';
import type { FigureData } from './figure';
import { toPdf, toPng } from './render/raster';
import { figureJson, toSvg, type RenderOptions } from './render/svg';

/**
 * Writes a figure to a file in the form that its name asks for: .svg, .png, .pdf, .html, .csv (the data behind it) or
 * .json (Plotly's own).
 * @throws ArgumentError for another ending; Node's errors where the file can't be written
 */
export function saveFigure(figure: FigureData, path: string, options: RenderOptions & { scale?: number } = {}): void {
  const forms: Record<string, () => string | Buffer> = {
    '.svg': () => toSvg(figure, options),
    '.png': () => toPng(figure, options),
    '.pdf': () => toPdf(figure, options),
    '.html': () => toHtml(figure),
    '.csv': () => toCsv(figure),
    '.json': () => figureJson(figure),
  };
  const form = Object.entries(forms).find(([ending]) => ending === extname(path).toLowerCase())?.[1];
  if (form === undefined) throw new ArgumentError('path', path, `a name that ends in ${Object.keys(forms).join(', ')}`);
  writeFileSync(path, form());
}
