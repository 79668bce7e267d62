import { check } from '../base';
import { compose, fontOf } from './compose';
import type { Figure, Layout, Trace } from './figure';
import { panelAxes, panelGrid } from './panels';
import { escapeText } from './study-view';
import { baseLayout, themeOf, type FigureOptions } from './theme';

/** A window of a signal with several channels. */
export interface SignalWindow {
  /** One array a channel; or samples × channels in one row-major array, with `channels`. */
  readonly values: readonly ArrayLike<number>[] | ArrayLike<number>;
  /** Needed where `values` is one array. */
  readonly channels?: number;
  /** Its class, above the panel. */
  readonly label?: string;
  /** What was said of it: marked right or wrong beside the label. */
  readonly prediction?: string;
}

export interface SignalsOptions extends FigureOptions {
  /** Samples a second; without it the horizontal axis counts samples. */
  sampleRate?: number;
  /** Names of the channels, for the legend. */
  channelNames?: readonly string[];
  /** What the vertical axis shows, with its unit: 'acceleration (g)'. */
  y?: string;
  /** Which channels to draw (default the first six). */
  show?: readonly number[];
  /** Panels in a row; default 3, at column width 2. */
  columns?: number;
}

function channelsOf(window: SignalWindow): readonly ArrayLike<number>[] {
  const { values } = window;
  if (values.length === 0 || typeof values[0] !== 'number') return values as readonly ArrayLike<number>[];
  const flat = values as ArrayLike<number>;
  const channels = window.channels ?? 1;
  check(flat.length % channels === 0, 'window.channels', channels, `a divisor of the ${flat.length} values`);
  const length = flat.length / channels;
  return Array.from({ length: channels }, (_, c) => Array.from({ length }, (_, t) => flat[t * channels + c]));
}

/** The heading of a sample, by lines: its label, and its prediction with a mark where that is wrong. */
export function verdictLines(
  label: string | undefined,
  prediction: string | undefined,
  right: string,
  wrong: string,
): string[] {
  const only = prediction ?? label;
  if (only === undefined) return [];
  if (prediction === undefined || label === undefined) return [escapeText(only)];
  if (label === prediction) return [`<span style="color:${right}">✓ ${escapeText(label)}</span>`];
  return [`<span style="color:${wrong}">✗ ${escapeText(prediction)}</span>`, `(${escapeText(label)})`];
}

/** Windows of signals side by side, each headed by its label and, where there is one, the prediction. */
export function signals(windows: readonly SignalWindow[], options: SignalsOptions = {}): Figure {
  check(windows.length > 0, 'windows', windows, 'at least one');
  const theme = themeOf(options);
  const columns = options.columns ?? Math.min(windows.length, options.size === 'column' ? 2 : 3);
  const rows = Math.ceil(windows.length / columns);
  const layout = baseLayout(options, Math.min(1.4, 0.1 + 0.24 * rows * (3 / Math.max(columns, 2))));
  const font = fontOf(layout);
  const panels = panelGrid(
    windows.length,
    columns,
    options.size === 'column' ? 0.13 : 0.06,
    rows > 1 ? 0.44 / rows : 0,
  );
  const data: Trace[] = [];
  const axes: Layout = {};
  const annotations: Layout[] = [];
  windows.forEach((window, i) => {
    const channels = channelsOf(window);
    const shown = (options.show ?? channels.map((_, c) => c).slice(0, 6)).filter((c) => c < channels.length);
    shown.forEach((c, k) => {
      const x = options.sampleRate === undefined ? {} : { x0: 0, dx: 1 / options.sampleRate };
      data.push({
        type: 'scatter',
        mode: 'lines',
        name: escapeText(options.channelNames?.[c] ?? `channel ${c + 1}`),
        legendgroup: String(c),
        showlegend: i === 0 && shown.length > 1,
        ...x,
        y: Array.from(channels[c]),
        meta: window.label ?? `window ${i + 1}`,
        line: { width: 1, color: theme.series[k % theme.series.length] },
        xaxis: panels[i].x,
        yaxis: panels[i].y,
      });
    });
    const below = i + columns >= windows.length;
    const unit = options.sampleRate === undefined ? 'samples' : 'seconds';
    Object.assign(
      axes,
      panelAxes(
        panels[i],
        { nticks: 5, ...(below ? { title: { text: unit } } : {}) },
        { nticks: 5, ...(i % columns === 0 && options.y !== undefined ? { title: { text: escapeText(options.y) } } : {}) },
      ),
    );
    const text = verdictLines(window.label, window.prediction, theme.series[2], theme.bad).join(' ');
    // A long heading shrinks rather than runs into its neighbour.
    const room =
      (layout.width * 1.7 * (panels[i].domainX[1] - panels[i].domainX[0])) /
      Math.max(1, text.replace(/<[^>]*>/g, '').length);
    annotations.push({
      text,
      font: { size: Math.max(font * 0.6, Math.min(font, room)) },
      xref: 'paper',
      yref: 'paper',
      x: (panels[i].domainX[0] + panels[i].domainX[1]) / 2,
      xanchor: 'center',
      y: panels[i].domainY[1],
      yanchor: 'bottom',
    });
  });
  const margin = layout.margin as { t: number };
  // The headings stand between the legend and the panels.
  const plotHeight = layout.height - margin.t - font * 6;
  return compose(data, { ...layout, ...axes, annotations, legend: { y: 1 + (font * 2) / plotHeight } }, font * 1.8);
}
