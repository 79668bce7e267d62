import { ArgumentError } from '../../base';
import { isFigure, type FigureData, type Layout } from '../figure';
import { plotlyWindow } from './window';

/** Size of a drawing. */
export interface RenderOptions {
  /** Pixels, 96 an inch; by default the figure's own. */
  width?: number;
  /** Pixels, as `width`. */
  height?: number;
}

/** Traces that need WebGL: no picture of them without a browser. */
const needsWebGl =
  /^(scatter3d|surface|mesh3d|cone|streamtube|volume|isosurface|splom|parcoords|.*gl|.*mapbox|(scatter|density|choropleth)map)$/;

/** The figure itself, or the flat one that it carries for pages without WebGL. */
function drawable(figure: FigureData): FigureData {
  if (!figure.data.some((trace) => needsWebGl.test(trace.type))) return figure;
  const flat = (figure.layout.meta as { flat?: FigureData } | undefined)?.flat;
  if (flat !== undefined && isFigure(flat)) return flat;
  const kinds = [...new Set(figure.data.map((trace) => trace.type))].join(', ');
  throw new ArgumentError('figure', kinds, 'traces that SVG can draw, or a flat figure under layout.meta.flat');
}

/** JSON that keeps typed arrays as arrays; NaN and infinities become null, which Plotly leaves out. */
export function figureJson(figure: FigureData): string {
  const plain = (_: string, value: unknown): unknown =>
    ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
  return JSON.stringify({ data: figure.data, layout: figure.layout }, plain);
}

/**
 * The figure as a stand-alone SVG text, drawn by Plotly without a browser. The first call loads Plotly (a second).
 * @throws ArgumentError where the figure has traces that need WebGL and nothing to stand in for them
 */
export function toSvg(figure: FigureData, options: RenderOptions = {}): string {
  if (!isFigure(figure)) throw new ArgumentError('figure', figure, 'a Plotly figure: { data, layout }');
  const { plotly, document, parse } = plotlyWindow();
  const { data, layout } = parse(figureJson(drawable(figure))) as { data: unknown; layout: Layout };
  const size = {
    width: options.width ?? (layout.width as number | undefined) ?? 700,
    height: options.height ?? (layout.height as number | undefined) ?? 450,
  };
  const element = document.createElement('div');
  document.body.appendChild(element);
  let failure: unknown;
  try {
    // Nothing here waits for fonts or the network, so that the drawing is there when the call returns.
    plotly
      .newPlot(element, data, Object.assign(layout, size, { autosize: false }), {
        staticPlot: true,
        displayModeBar: false,
      })
      .catch((error: unknown) => {
        failure = error;
      });
    if (element._fullLayout === undefined)
      throw new ArgumentError('figure', failure ?? figure, 'a figure that Plotly can draw');
    return plotly.Snapshot.toSVG(element, 'svg');
  } finally {
    plotly.purge(element);
    document.body.removeChild(element);
  }
}
