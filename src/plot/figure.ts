/** One Plotly trace, plain data. */
export type Trace = Record<string, unknown> & {
  /** Plotly's name of its kind: 'scatter', 'bar', 'heatmap' … */
  type: string;
};

/** Plotly's layout, plain data. */
export type Layout = Record<string, unknown>;

/** What Plotly draws: plain data, free to be changed before it is shown. */
export interface FigureData {
  /** Traces, in order of drawing. */
  data: Trace[];
  /** Axes, titles, legend, colours. */
  layout: Layout;
}

/** Plain Plotly data with a class of its own, so that a notebook can tell a figure from any other object. */
export class Figure implements FigureData {
  constructor(
    /** Traces, in order of drawing. */
    public data: Trace[],
    /** Axes, titles, legend, colours. */
    public layout: Layout,
  ) {}
}

/** True for what Plotly could draw. */
export function isFigure(value: unknown): value is FigureData {
  if (value === null || typeof value !== 'object') return false;
  const { data, layout } = value as Partial<FigureData>;
  return (
    Array.isArray(data) &&
    layout !== null &&
    typeof layout === 'object' &&
    data.every((trace) => typeof trace?.type === 'string')
  );
}

/**
 * How pages draw a figure: few buttons, so that they stand beside the title rather than on it, none that sends the data
 * anywhere (JupyterLab's renderer has one), and the camera saves SVG.
 */
export const pageConfig: Readonly<Record<string, unknown>> = {
  displaylogo: false,
  modeBarButtonsToRemove: ['zoomIn2d', 'zoomOut2d', 'autoScale2d', 'select2d', 'lasso2d'],
  showSendToCloud: false,
  toImageButtonOptions: { format: 'svg', filename: 'figure' },
};
