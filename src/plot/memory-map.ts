import { check } from '../base';
import { compose, fontOf } from './compose';
import type { Figure, Layout, Trace } from './figure';
import { textWidth } from './render/text-width';
import { escapeText, shortNumber } from './study-view';
import { baseLayout, themeOf, type FigureOptions } from './theme';

/** A tensor in the arena: bytes [offset, offset + bytes) while the steps first … last run, both included. */
export interface MemoryBlock {
  /** Written in the block where it fits. */
  readonly name: string;
  /** From the start of the arena, B. */
  readonly offset: number;
  /** Size. */
  readonly bytes: number;
  /** First step during which it is live, from 0. */
  readonly first: number;
  /** Last step during which it is live. */
  readonly last: number;
}

export interface MemoryMapOptions extends FigureOptions {
  /** Names of the steps, in order. */
  steps?: readonly string[];
  /** Size of the arena, or of the RAM that it must fit in: a dashed line, bytes. */
  limit?: number;
  /** What that line is called (default 'limit'). */
  limitName?: string;
}

/** Which tensor lies where in memory, and when: steps across, addresses up. */
export function memoryMap(blocks: readonly MemoryBlock[], options: MemoryMapOptions = {}): Figure {
  check(blocks.length > 0, 'blocks', blocks, 'at least one');
  const theme = themeOf(options);
  const base = baseLayout(options, 0.6);
  const font = fontOf(base);
  const steps = Math.max(...blocks.map(({ last }) => last)) + 1;
  const peak = Math.max(...blocks.map(({ offset, bytes }) => offset + bytes));
  const top = Math.max(peak, options.limit !== undefined && options.limit < 1.6 * peak ? options.limit : 0) * 1.04;
  const stepNames = options.steps?.map(escapeText);
  // A share of the figure goes to labels and margins.
  const pixelsPerStep = (base.width * 0.84) / steps;
  const pixelsPerByte = (base.height * 0.7) / top;
  const annotations: Layout[] = [];
  const data = blocks.map(({ name, offset, bytes, first, last }, i): Trace => {
    const colour = theme.series[i % (theme.series.length - 1)];
    const [left, right, low, high] = [first - 0.46, last + 0.46, offset, offset + bytes];
    const size = Math.min(font * 0.85, bytes * pixelsPerByte * 0.7);
    const width = (right - left) * pixelsPerStep;
    if (size >= font * 0.5 && textWidth(name, size) < width) {
      annotations.push({
        x: (left + right) / 2,
        y: (low + high) / 2,
        text: escapeText(name),
        xanchor: 'center',
        yanchor: 'middle',
        font: { size },
      });
    }
    return {
      type: 'scatter',
      mode: 'lines',
      x: [left, right, right, left, left],
      y: [low, low, high, high, low],
      fill: 'toself',
      fillcolor: `${colour}66`,
      line: { width: 1, color: colour },
      hoveron: 'fills',
      hoverinfo: 'text',
      text: `${escapeText(name)}: ${shortNumber(bytes)} B at ${offset}, steps ${first}–${last}`,
      name: escapeText(name),
      showlegend: false,
    };
  });
  const shapes: Layout[] = [];
  if (options.limit !== undefined && options.limit <= top) {
    shapes.push({
      type: 'line',
      xref: 'x domain',
      x0: 0,
      x1: 1,
      y0: options.limit,
      y1: options.limit,
      line: { color: theme.limit, width: 1, dash: 'dash' },
    });
    annotations.push({
      text: `${escapeText(options.limitName ?? 'limit')}: ${options.limit.toLocaleString('en-GB')} B`,
      xref: 'x domain',
      x: 1,
      xanchor: 'right',
      y: options.limit,
      yanchor: options.limit > 0.9 * top ? 'top' : 'bottom',
      font: { size: font * 0.85, color: theme.limit },
    });
  }
  const every = Math.max(1, Math.ceil(steps / (base.width / (font * 1.6))));
  const shown = Array.from({ length: steps }, (_, i) => i).filter((i) => i % every === 0);
  return compose(data, {
    ...base,
    xaxis: {
      title: { text: stepNames === undefined ? 'step' : 'operations, in order' },
      range: [-0.6, steps - 0.4],
      showgrid: false,
      ...(stepNames === undefined
        ? { nticks: 12 }
        : {
            tickmode: 'array',
            tickvals: shown,
            ticktext: shown.map((i) => stepNames[i] ?? ''),
            tickangle: -60,
            tickfont: { size: font * 0.8 },
          }),
    },
    yaxis: { title: { text: 'bytes' }, range: [0, top], nticks: 6 },
    shapes,
    annotations,
    meta: { rows: blocks.map((block) => ({ ...block })) },
  });
}
