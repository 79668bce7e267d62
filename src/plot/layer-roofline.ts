import { check } from '../base';
import { compose, fontOf } from './compose';
import type { Figure, Layout, Trace } from './figure';
import type { LayerCost } from './layer-bars';
import { textWidth } from './render/text-width';
import { escapeText, shortNumber } from './study-view';
import { baseLayout, themeOf, translucent, type FigureOptions } from './theme';

export interface LayerRooflineOptions extends FigureOptions {
  /** What `cycles` counts; default 'cycles', 'instructions' on an emulator that counts those. */
  unit?: string;
  /** MACs a cycle of the board's best kernel; default: of this network's best layer. */
  ceiling?: number;
  /** How many of the costliest points get the name of their layer, where there is room; default 6. */
  labels?: number;
}

/** Shares of the run whose lines are drawn. */
const SHARES = [0.001, 0.01, 0.1, 1];

const percent = (share: number): string => String(Number((100 * share).toPrecision(2)));

interface Box {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

const apart = (a: Box, b: Box): boolean => a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0;

/** What the layers make of the kernels, and whose cycles they are: one point a layer with MACs. */
interface Point {
  readonly name: string;
  readonly kind: string;
  readonly macs: number;
  readonly cycles: number;
  readonly rate: number;
  readonly share: number;
}

/**
 * Where the cycles go, as a roofline (Williams, Waterman, Patterson, CACM 52(4), 2009) for a core without cache: MACs a
 * cycle of each layer against its MACs, both logarithmic, below the rate of the best kernel. Memory without wait states
 * has no bandwidth to run into – loads are instructions like any other – so what slopes here are lines of equal cost: a
 * layer on the one named 10 % takes a tenth of the run. What is far right costs by its size, what is far below the
 * ceiling by its kernel. Layers without MACs have no place, and their share of the run stands in the corner.
 *
 * @throws ArgumentError where no layer has MACs, or one has no cycles
 */
export function layerRoofline(layers: readonly LayerCost[], options: LayerRooflineOptions = {}): Figure {
  const theme = themeOf(options);
  const base = baseLayout(options, 0.66);
  const font = fontOf(base);
  const unit = options.unit ?? 'cycles';
  const each = `MACs per ${unit.replace(/s$/, '')}`;
  const total = layers.reduce((sum, { cycles }) => sum + cycles, 0);
  const points = layers.flatMap(({ name, kind = 'other', macs = 0, cycles }): Point[] => {
    if (!(macs > 0)) return [];
    check(cycles > 0 && Number.isFinite(cycles), `${unit} of ${name}`, cycles, 'a positive number');
    return [{ name, kind, macs, cycles, rate: macs / cycles, share: cycles / total }];
  });
  check(points.length > 0, 'layers', layers.length, 'at least one with MACs');
  const best = Math.max(...points.map(({ rate }) => rate));
  const ceiling = options.ceiling ?? best;
  check(ceiling > 0 && Number.isFinite(ceiling), 'ceiling', ceiling, `${each}, positive`);

  const logs = (values: readonly number[]): [number, number] => [Math.log10(Math.min(...values)), Math.log10(Math.max(...values))];
  const [xLow, xHigh] = logs(points.map(({ macs }) => macs));
  const [yLow, yHigh] = logs([...points.map(({ rate }) => rate), ceiling]);
  const [xRoom, yRoom] = [Math.max(0.25, 0.12 * (xHigh - xLow)), Math.max(0.15, 0.12 * (yHigh - yLow))];
  const xRange = [xLow - xRoom, xHigh + xRoom] as const;
  const yRange = [yLow - yRoom, yHigh + 1.3 * yRoom] as const;

  const ladder = [1, 2, 5].flatMap((step) => Array.from({ length: 13 }, (_, i) => step * 10 ** (i - 9)));
  const ticks = ladder.filter((tick) => Math.log10(tick) >= yRange[0] && Math.log10(tick) <= yRange[1]).sort((a, b) => a - b);

  // Where a label lands, in pixels; a share of the figure goes to margins and titles.
  const [plotWidth, plotHeight] = [base.width - 7 * font, base.height - 8 * font];
  const pixels = (macs: number, rate: number): [number, number] => [
    ((Math.log10(macs) - xRange[0]) / (xRange[1] - xRange[0])) * plotWidth,
    ((Math.log10(rate) - yRange[0]) / (yRange[1] - yRange[0])) * plotHeight,
  ];
  const taken: Box[] = [];
  const annotations: Layout[] = [];
  const place = (macs: number, rate: number, text: string, size: number, corners: readonly (readonly [number, number])[], color: string): boolean => {
    const [x, y] = pixels(macs, rate);
    const [width, height] = [textWidth(text, size) + 4, size * 1.3];
    for (const [right, up] of corners) {
      const box = {
        x0: x + right * (font * 0.8 + width / 2) - width / 2,
        x1: x + right * (font * 0.8 + width / 2) + width / 2,
        y0: y + up * (font * 0.9) - height / 2,
        y1: y + up * (font * 0.9) + height / 2,
      };
      if (box.x0 < 0 || box.x1 > plotWidth || box.y0 < 0 || box.y1 > plotHeight || !taken.every((other) => apart(box, other))) continue;
      taken.push(box);
      annotations.push({
        x: Math.log10(macs),
        y: Math.log10(rate),
        text: escapeText(text),
        xanchor: right > 0 ? 'left' : right < 0 ? 'right' : 'center',
        yanchor: 'middle',
        xshift: right * font * 0.8,
        yshift: up * font * 0.9,
        font: { size, color },
        bgcolor: translucent(theme.paper, 0.75),
        borderpad: 0,
      });
      return true;
    }
    return false;
  };

  const data: Trace[] = [];
  const line = (name: string, x: readonly number[], y: readonly number[], dash: string, color: string): void => {
    data.push({ type: 'scatter', mode: 'lines', name, x: [...x], y: [...y], line: { color, width: 1, dash }, hoverinfo: 'name', showlegend: false });
  };
  const ends = xRange.map((log) => 10 ** log);
  for (const share of SHARES) line(`${100 * share} % of the ${unit}`, ends, ends.map((macs) => macs / (share * total)), 'dot', theme.weak);
  line('ceiling', ends, [ceiling, ceiling], 'dash', theme.limit);

  const kinds = [...new Set(points.map(({ kind }) => kind))];
  kinds.forEach((kind, k) => {
    const own = points.filter((point) => point.kind === kind);
    const colour = kinds.length === 1 ? theme.strong : theme.series[k % theme.series.length];
    data.push({
      type: 'scatter',
      mode: 'markers',
      name: escapeText(kind),
      x: own.map(({ macs }) => macs),
      y: own.map(({ rate }) => rate),
      marker: { color: colour, size: font * 0.75, line: { width: 1, color: theme.paper } },
      text: own.map(({ name, share }) => `${escapeText(name)}: ${percent(share)} %`),
      hovertemplate: `%{text}<br>%{x} MACs, %{y:.3f} ${each}<extra>${escapeText(kind)}</extra>`,
      showlegend: kinds.length > 1,
    });
  });

  for (const { macs, rate } of points) {
    const [x, y] = pixels(macs, rate);
    taken.push({ x0: x - font * 0.4, x1: x + font * 0.4, y0: y - font * 0.4, y1: y + font * 0.4 });
  }
  const small = font * 0.85;
  place(ends[0], ceiling, `${options.ceiling === undefined ? 'best layer' : 'best kernel'}: ${ceiling.toPrecision(2)} ${each}`, small, [[1, 1]], theme.limit);
  const around = [[1, 0], [-1, 0], [0, 1.1], [0, -1.1], [1, 1], [1, -1], [-1, 1], [-1, -1]] as const;
  // Points on top of each other, as repeated blocks give, are one to the eye and get one label with what they cost together.
  const groups: Point[][] = [];
  for (const point of [...points].sort((a, b) => b.cycles - a.cycles)) {
    const [x, y] = pixels(point.macs, point.rate);
    const group = groups.find(([{ macs, rate }]) => {
      const [otherX, otherY] = pixels(macs, rate);
      return Math.hypot(x - otherX, y - otherY) < font * 0.4;
    });
    if (group) group.push(point);
    else groups.push([point]);
  }
  const shareOf = (group: readonly Point[]): number => group.reduce((sum, { share }) => sum + share, 0);
  groups.sort((a, b) => shareOf(b) - shareOf(a));
  for (const group of groups.slice(0, options.labels ?? 6)) {
    const [{ name, macs, rate }] = group;
    const more = group.length > 1 ? ` and ${group.length - 1} more` : '';
    place(macs, rate, `${name}${more}: ${percent(shareOf(group))} %`, small, around, theme.text);
  }
  const without = total - points.reduce((sum, { cycles }) => sum + cycles, 0);
  if (without > 0) {
    const text = `without MACs: ${percent(without / total)} % of the ${unit}`;
    place(ends[1], 10 ** yRange[0], text, small, [[-1, 1]], theme.limit);
  }
  // Where the line of a share leaves the plot, at its lower or its left end.
  for (const share of SHARES) {
    const at = [0.04, 0.12, 0.2].map((part) => 10 ** (yRange[0] + part * (yRange[1] - yRange[0])));
    const named = (text: string): boolean =>
      at.some((rate) => {
        const macs = rate * share * total;
        return macs > ends[0] && macs < ends[1] && place(macs, rate, text, small * 0.95, [[1, 0], [-1, 0]], theme.limit);
      });
    // In words where there is room.
    if (!named(`${100 * share} % of the ${unit}`)) named(`${100 * share} %`);
  }

  return compose(data, {
    ...base,
    xaxis: { title: { text: 'MACs of the layer' }, type: 'log', range: [...xRange], dtick: 1 },
    yaxis: { title: { text: each }, type: 'log', range: [...yRange], tickmode: 'array', tickvals: ticks, ticktext: ticks.map(shortNumber) },
    annotations,
    meta: { rows: points.map(({ rate, ...point }) => ({ ...point, [each]: rate })) },
  });
}
