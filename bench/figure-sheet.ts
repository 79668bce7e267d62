/*
 * Every figure of the catalogue in a browser: drawn by Plotly there, and beside it the SVG that was drawn without one.
 *
 *   npx ts-node --transpile-only bench/figure-sheet.ts [--out out/figures] [--only confusion] [--pictures] [--chromium PATH]
 *
 * Prints a line a figure, size and theme: texts that only one of the two has, the farthest that a text is from where the
 * other has it (px), texts that leave the figure and texts that lie on one another, as the browser's own letters have
 * it. `--pictures` writes contact sheets, left Plotly, right the SVG, to be looked at. Needs Chromium; three minutes
 * with pictures, one without. Ends with status 1 where a text is missing, cut off or covered.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { toSvg, type Figure, type FigureOptions } from '../src/plot';
import { figureJson } from '../src/plot/render/svg';
import { catalogue } from '../test/plot/catalogue';

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: 'out/figures' },
    only: { type: 'string', default: '' },
    pictures: { type: 'boolean', default: false },
    chromium: { type: 'string', default: 'chromium' },
  },
});

const variants: readonly Required<Pick<FigureOptions, 'size' | 'theme'>>[] = [
  { size: 'screen', theme: 'light' },
  { size: 'screen', theme: 'dark' },
  { size: 'column', theme: 'light' },
  { size: 'column', theme: 'dark' },
];

/** What the page finds out about one figure. */
interface Finding {
  readonly name: string;
  readonly onlyPlotly: string[];
  readonly onlySvg: string[];
  readonly farthest: number;
  readonly farthestText: string;
  readonly outside: string[];
  readonly covered: string[];
}

/** Runs in the page: compares the two drawings of each row by the boxes that the browser gives their texts. */
const inspector = String.raw`
  const boxes = (host) => {
    const origin = host.getBoundingClientRect();
    return [...host.querySelectorAll('text')]
      .filter((node) => node.textContent.trim() !== '' && node.getBoundingClientRect().width > 0)
      .map((node) => {
        const b = node.getBoundingClientRect();
        const turned = /rotate\((?!0)/.test(node.getAttribute('transform') || '');
        return { text: node.textContent.trim(), x: b.left - origin.left, y: b.top - origin.top, w: b.width, h: b.height, turned };
      });
  };
  const findings = [];
  window.inspectAll = () => {
    for (const row of document.querySelectorAll('.row')) {
      const [live, still] = [boxes(row.children[0]), boxes(row.children[1])];
      const finding = { name: row.dataset.name, onlyPlotly: [], onlySvg: [], farthest: 0, farthestText: '', outside: [], covered: [] };
      const rest = [...still];
      for (const one of row.dataset.flat === 'yes' ? still : live) {
        const centre = (b) => [b.x + b.w / 2, b.y + b.h / 2];
        const away = (b) => Math.hypot(centre(b)[0] - centre(one)[0], centre(b)[1] - centre(one)[1]);
        const same = rest.filter((b) => b.text === one.text).sort((a, b) => away(a) - away(b))[0];
        if (!same) { finding.onlyPlotly.push(one.text); continue; }
        rest.splice(rest.indexOf(same), 1);
        if (away(same) > finding.farthest) { finding.farthest = away(same); finding.farthestText = one.text; }
      }
      finding.onlySvg = rest.map((b) => b.text);
      for (const [where, list, host] of [['Plotly', live, row.children[0]], ['SVG', still, row.children[1]]]) {
        const { width, height } = host.getBoundingClientRect();
        list.forEach((a, i) => {
          if (a.x < -1 || a.y < -1 || a.x + a.w > width + 1 || a.y + a.h > height + 1) finding.outside.push(where + ": '" + a.text + "'");
          for (const b of list.slice(i + 1)) {
            if (a.turned || b.turned) continue;
            const across = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
            const down = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
            if (across > 1 && down > 0.3 * Math.min(a.h, b.h)) finding.covered.push(where + ": '" + a.text + "' and '" + b.text + "'");
          }
        });
      }
      findings.push(finding);
    }
    const said = document.createElement('pre');
    said.id = 'findings';
    said.textContent = JSON.stringify(findings);
    document.body.appendChild(said);
  };`;

function page(figures: readonly (readonly [name: string, figure: Figure])[], theme: string, perRow: number): string {
  const plotly = pathToFileURL(require.resolve('plotly.js')).href;
  const rows = figures.map(([name, figure], i) => {
    const { width, height } = figure.layout as { width: number; height: number };
    const box = `style="width:${width}px;height:${height}px"`;
    // What stands in for a figure in space has a size and texts of its own.
    const flat = figure.layout.meta !== undefined && 'flat' in (figure.layout.meta as object) ? 'yes' : 'no';
    const svg = toSvg(figure);
    const [, svgWidth, svgHeight] = /^<svg[^>]*width="([\d.]+)"[^>]*height="([\d.]+)"/.exec(svg) ?? [];
    const json = figureJson(figure).replace(/</g, '\\u003c');
    return (
      `<div class="cell"><h1>${name}</h1><div class="row" data-name="${name}" data-flat="${flat}">` +
      `<div id="f${i}" ${box}></div><div style="width:${svgWidth}px;height:${svgHeight}px">${svg}</div></div></div>` +
      `<script>drawn.push((() => { const f = ${json}; return Plotly.newPlot('f${i}', f.data, f.layout, { displayModeBar: false }); })());</script>`
    );
  });
  const [paper, ink] = theme === 'dark' ? ['#14181d', '#e3e6ea'] : ['#ffffff', '#222222'];
  return `<!doctype html><meta charset="utf-8"><style>
  body { margin: 8px; background: ${paper}; color: ${ink}; font: 12px sans-serif; display: grid; grid-template-columns: repeat(${perRow}, max-content); gap: 12px 24px; align-items: start }
  h1 { font: bold 12px sans-serif; margin: 0 } .row { display: flex; gap: 12px } .row > div { outline: 1px solid #8886 } #findings { display: none }
  </style><script src="${plotly}"></script><script>const drawn = [];${inspector}</script><body>${rows.join('\n')}
  <script>Promise.all(drawn).then(() => setTimeout(inspectAll, 300));</script></body>`;
}

function chromium(args: readonly string[]): string {
  const common = ['--headless=new', '--no-sandbox', '--hide-scrollbars', '--use-gl=swiftshader', '--enable-unsafe-swiftshader', '--virtual-time-budget=20000'];
  const result = spawnSync(options.chromium, [...common, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, timeout: 180_000 });
  if (result.error) throw result.error;
  return result.stdout;
}

function findingsOf(html: string): Finding[] {
  const text = /<pre id="findings">([^]*?)<\/pre>/.exec(html)?.[1];
  if (text === undefined) throw new Error('the page did not finish: no findings in it');
  return JSON.parse(text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&')) as Finding[];
}

const out = resolve(options.out);
mkdirSync(out, { recursive: true });
const names = Object.keys(catalogue).filter((name) => name.includes(options.only));
let bad = 0;
for (const { size, theme } of variants) {
  const figures = names.map((name) => [name, catalogue[name]({ size, theme, title: 'What the figure shows' })] as const);
  const perRow = size === 'column' ? 2 : 1;
  const rows = Math.max(1, Math.floor(figures.length / Math.ceil(figures.length / (size === 'column' ? 8 : 4))));
  for (let at = 0, sheet = 1; at < figures.length; at += rows, sheet++) {
    const part = figures.slice(at, at + rows);
    const file = join(out, `${size}-${theme}-${sheet}.html`);
    writeFileSync(file, page(part, theme, perRow));
    const url = pathToFileURL(file).href;
    for (const one of findingsOf(chromium(['--window-size=1520,2000', '--dump-dom', url]))) {
      const wrong = [
        one.onlyPlotly.length > 0 ? `only Plotly: ${one.onlyPlotly.join(', ')}` : '',
        one.onlySvg.length > 0 ? `only SVG: ${one.onlySvg.join(', ')}` : '',
        one.outside.length > 0 ? `cut off: ${one.outside.join(', ')}` : '',
        one.covered.length > 0 ? `covered: ${one.covered.join('; ')}` : '',
      ].filter((text) => text !== '');
      if (wrong.length > 0) bad++;
      const apart = `${one.farthest.toFixed(1)} px apart${one.farthest > 5 ? ` ('${one.farthestText}')` : ''}`;
      console.log(`${wrong.length > 0 ? '✗' : '✓'} ${size} ${theme}, ${one.name}: ${[apart, ...wrong].join('; ')}`);
    }
    if (options.pictures) {
      const tallest = ({ layout }: Figure): number =>
        Math.max(Number(layout.height), Number((layout.meta as { flat?: Figure } | undefined)?.flat?.layout.height ?? 0));
      const heights = part.map(([, figure]) => tallest(figure) + 28);
      let tall = 24;
      for (let i = 0; i < heights.length; i += perRow) tall += Math.max(...heights.slice(i, i + perRow));
      const wide = perRow === 1 ? 1480 : 1340;
      chromium([`--window-size=${wide},${Math.ceil(tall)}`, `--screenshot=${file.replace(/html$/, 'png')}`, url]);
    }
  }
}
console.log(`${names.length} figures, ${variants.length} variants: ${bad} with something wrong`);
process.exitCode = bad > 0 ? 1 : 0;
