/*
 * Plotly in a window without a browser: jsdom, and the few things that jsdom lacks and Plotly asks for. Both are loaded
 * at the first figure (about a second), and kept.
 */
import { readFileSync } from 'node:fs';
import { CanvasContext } from './canvas';
import { lineWidth, localBox, pageBox, type SvgNode } from './boxes';

interface PlotlyModule {
  newPlot(element: unknown, data: unknown, layout: unknown, config: unknown): Promise<unknown>;
  purge(element: unknown): void;
  Snapshot: { toSVG(element: unknown, format: 'svg'): string };
}

/** A DOM with Plotly in it. */
export interface PlotlyWindow {
  readonly plotly: PlotlyModule;
  readonly document: {
    readonly body: { appendChild(node: unknown): void; removeChild(node: unknown): void };
    createElement(name: string): { _fullLayout?: { width: number; height: number } };
  };
  /** Plain objects of the window's own realm: Plotly's checks fail on those of another. */
  parse(json: string): unknown;
}

let cached: PlotlyWindow | undefined;

function rectangle(node: SvgNode): Record<string, unknown> {
  const { x0, y0, x1, y1 } = pageBox(node);
  const sides = { x: x0, y: y0, left: x0, top: y0, right: x1, bottom: y1, width: x1 - x0, height: y1 - y0 };
  return { ...sides, toJSON: () => sides };
}

function build(): PlotlyWindow {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late: it takes half a second
  const { JSDOM, VirtualConsole } = require('jsdom') as typeof import('jsdom');
  // A console of its own, which nobody reads: jsdom reports there what it has not implemented.
  const dom = new JSDOM('<!doctype html><html><body></body></html>', {
    runScripts: 'outside-only',
    virtualConsole: new VirtualConsole(),
  });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a browser's globals have no narrower type here
  const window = dom.window as unknown as Record<string, any>;
  window.URL.createObjectURL = () => 'blob:none';
  window.URL.revokeObjectURL = () => undefined;
  window.matchMedia = () => ({
    matches: false,
    addListener() {},
    removeListener() {},
    addEventListener() {},
    removeEventListener() {},
  });
  const contexts = new WeakMap<object, CanvasContext>();
  const canvas = window.HTMLCanvasElement.prototype;
  // No WebGL; and a surface that is only made when something is drawn on it.
  canvas.getContext = function (this: { width: number; height: number }, kind: string) {
    if (kind !== '2d') return null;
    let context = contexts.get(this);
    if (!context?.fits(this.width, this.height))
      contexts.set(this, (context = new CanvasContext(this.width, this.height)));
    return context;
  };
  canvas.toDataURL = function (this: object) {
    return contexts.get(this)?.toDataUrl() ?? 'data:,';
  };
  const svg = window.SVGElement.prototype;
  svg.getBBox = function (this: SvgNode) {
    const box = localBox(this) ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
    return { x: box.x0, y: box.y0, width: box.x1 - box.x0, height: box.y1 - box.y0 };
  };
  svg.getBoundingClientRect = function (this: SvgNode) {
    return rectangle(this);
  };
  svg.getComputedTextLength = function (this: SvgNode) {
    return lineWidth(this);
  };
  window.eval(readFileSync(require.resolve('plotly.js'), 'utf8'));
  return {
    plotly: window.Plotly as PlotlyModule,
    document: window.document,
    parse: (json: string) => window.JSON.parse(json),
  };
}

/** The window, made at the first call. */
export function plotlyWindow(): PlotlyWindow {
  return (cached ??= build());
}
