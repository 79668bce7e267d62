import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ParetinoError } from '../../base';
import type { FigureData } from '../figure';
import { toSvg, type RenderOptions } from './svg';

/** A PNG file of the figure. `scale` is pixels of the file for one of the figure (default 2; 300 dots an inch: 3.125). */
export function toPng(figure: FigureData, options: RenderOptions & { scale?: number } = {}): Buffer {
  const svg = toSvg(figure, options);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- native code, loaded where it is used
  const { Resvg } = require('@resvg/resvg-js') as typeof import('@resvg/resvg-js');
  return Buffer.from(
    new Resvg(svg, { fitTo: { mode: 'zoom', value: options.scale ?? 2 }, font: { loadSystemFonts: true } })
      .render()
      .asPng(),
  );
}

function onPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

/**
 * A PDF file of the figure, its lines and texts as such, by the first of these that is installed: rsvg-convert, cairosvg.
 * @throws ParetinoError where none is, naming the package to install
 */
export function toPdf(figure: FigureData, options: RenderOptions = {}): Buffer {
  const tools: readonly (readonly [string, readonly string[]])[] = [
    ['rsvg-convert', ['--format', 'pdf']],
    ['cairosvg', ['-', '--format', 'pdf', '--output', '-']],
  ];
  const found = tools.find(([name]) => onPath(name));
  if (found === undefined)
    throw new ParetinoError(
      'PDF export needs rsvg-convert: sudo apt-get install librsvg2-bin (or: pip install cairosvg)',
    );
  const [name, args] = found;
  const result = spawnSync(name, [...args], { input: toSvg(figure, options), maxBuffer: 1 << 28 });
  if (result.status !== 0 || result.stdout.length === 0)
    throw new ParetinoError(`${name} failed: ${String(result.stderr).trim() || String(result.error)}`);
  return result.stdout;
}
