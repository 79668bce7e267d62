import type { Layout } from './figure';

/** Where panel i of a grid goes: the axes' names in traces (`x`, `x2` …) and in the layout (`xaxis`, `xaxis2` …). */
export interface Panel {
  readonly x: string;
  readonly y: string;
  readonly xaxis: string;
  readonly yaxis: string;
  /** Shares of the plotting area, 0 … 1, the second measured from below. */
  readonly domainX: readonly [number, number];
  readonly domainY: readonly [number, number];
}

/** A grid of `n` panels, row by row from the top; gaps are shares of the whole width and height. */
export function panelGrid(n: number, columns: number, gapX = 0.1, gapY = 0.16): Panel[] {
  const rows = Math.ceil(n / columns);
  const width = (1 - gapX * (columns - 1)) / columns;
  const height = (1 - gapY * (rows - 1)) / rows;
  return Array.from({ length: n }, (_, i) => {
    const left = (i % columns) * (width + gapX);
    const bottom = (rows - 1 - Math.floor(i / columns)) * (height + gapY);
    const suffix = i === 0 ? '' : String(i + 1);
    return {
      x: `x${suffix}`,
      y: `y${suffix}`,
      xaxis: `xaxis${suffix}`,
      yaxis: `yaxis${suffix}`,
      // Rounding may carry the last panel past 1, which Plotly rejects.
      domainX: [Math.max(0, left), Math.min(1, left + width)],
      domainY: [Math.max(0, bottom), Math.min(1, bottom + height)],
    };
  });
}

/** The layout's entries for a panel's axes. */
export function panelAxes(panel: Panel, x: Layout, y: Layout): Layout {
  return {
    [panel.xaxis]: { domain: [...panel.domainX], anchor: panel.y, ...x },
    [panel.yaxis]: { domain: [...panel.domainY], anchor: panel.x, ...y },
  };
}
