import { check } from '../base';
import { compose, fontOf } from './compose';
import type { Figure, Layout, Trace } from './figure';
import { textWidth } from './render/text-width';
import { escapeText, shortNumber } from './study-view';
import { baseLayout, themeOf, translucent, type FigureOptions, type Theme } from './theme';

/** A layer, or the input. */
export interface GraphNode {
  /** Written in the box. */
  readonly name: string;
  /** 'conv2d', 'add' …: colours the box. */
  readonly kind: string;
  /** Which nodes it reads, by their position in the list: earlier ones. */
  readonly inputs: readonly number[];
  /** Of its output. */
  readonly shape: readonly number[];
  /** Of its window: [3, 3] is written '3 × 3'. */
  readonly kernel?: readonly number[];
  /** Of its constants. */
  readonly bytes?: number;
}

/** An edge that passes by other nodes, in a lane beside the boxes. */
interface Bypass {
  readonly from: number;
  readonly to: number;
  readonly lane: number;
}

/** Gives each edge the innermost lane that is free between its ends; short edges first, so that they lie inside. */
function lanesOf(edges: readonly { from: number; to: number }[]): Bypass[] {
  const lanes: { from: number; to: number }[][] = [];
  return [...edges]
    .sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from)
    .map((edge) => {
      let lane = lanes.findIndex((used) => used.every(({ from, to }) => edge.to <= from || to <= edge.from));
      if (lane < 0) lane = lanes.push([]) - 1;
      lanes[lane].push(edge);
      return { ...edge, lane };
    });
}

const times = (sizes: readonly number[]): string => sizes.join(' × ');

function detail({ kind, kernel, shape, bytes }: GraphNode): string {
  const what = kernel === undefined ? kind : `${kind} ${times(kernel)}`;
  return [what, times(shape), ...(bytes === undefined || bytes === 0 ? [] : [`${shortNumber(bytes)} B`])].join(', ');
}

/** The text, cut with an ellipsis where it is wider than `width` px. */
function fitted(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  let end = text.length;
  while (end > 1 && textWidth(`${text.slice(0, end)}…`, size) > width) end--;
  return `${text.slice(0, end)}…`;
}

/** Room for a box and the arrow below it, in letters. */
const ROW = 3.9;
/** Half a box's height as a share of its row. */
const HALF = 0.36;

/**
 * A network as a picture: its layers as boxes in the order in which they run, from top to bottom, with output shapes,
 * kernels and bytes of constants; edges to the next layer between the boxes, residual and other long ones beside them.
 * As tall as the number of layers asks, unless a height is given.
 *
 * @throws ArgumentError where a node reads one that is not before it
 */
export function graphPicture(nodes: readonly GraphNode[], options: FigureOptions = {}): Figure {
  check(nodes.length > 0, 'nodes', nodes, 'at least one');
  nodes.forEach(({ name, inputs }, i) => {
    for (const from of inputs) check(Number.isInteger(from) && from >= 0 && from < i, `inputs of ${name}`, from, `positions of nodes before ${i}`);
  });
  const theme: Theme = themeOf(options);
  const base = baseLayout(options);
  const font = fontOf(base);
  const edges = nodes.flatMap(({ inputs }, to) => [...new Set(inputs)].map((from) => ({ from, to })));
  const bypasses = lanesOf(edges.filter(({ from, to }) => to > from + 1));

  // Across, in pixels: the boxes, and the lanes right of them.
  const width = base.width - 2.4 * font;
  const lanes = Math.max(0, ...bypasses.map(({ lane }) => lane + 1));
  const laneWidth = Math.min(1.4 * font, (0.4 * width) / Math.max(1, lanes));
  const wanted = Math.max(...nodes.map((node) => Math.max(textWidth(node.name, font, true), textWidth(detail(node), font * 0.85)))) + 1.6 * font;
  const boxWidth = Math.min(wanted, width - (lanes + 0.5) * laneWidth);
  const left = (width - boxWidth - lanes * laneWidth) / 2;
  const right = left + boxWidth;
  const height = options.height ?? Math.round(font * (ROW * nodes.length + (options.title === undefined ? 2.4 : 5)));
  const rowPixels = (height - font * (options.title === undefined ? 2.4 : 5)) / nodes.length;
  const squeeze = Math.min(1, rowPixels / (ROW * font));

  const kinds = [...new Set(nodes.map(({ kind }) => kind))];
  const colourOf = (kind: string): string => theme.series[kinds.indexOf(kind) % (theme.series.length - 1)];
  const annotations: Layout[] = [];
  const head = Math.min(0.6 * font, 0.8 * laneWidth, 0.28 * rowPixels);
  /** A line whose end is an arrow's head: markers, which unlike arrows of annotations can be drawn without a browser. */
  const edge = (from: number, to: number, x: readonly number[], y: readonly number[], symbol: string): Trace => ({
    type: 'scatter',
    mode: 'lines+markers',
    x: [...x],
    y: [...y],
    line: { color: theme.line, width: 1.2 },
    marker: { color: theme.line, symbol, size: x.map((_, i) => (i === x.length - 1 ? head : 0)), opacity: 1, line: { width: 0 } },
    hoverinfo: 'text',
    text: `${escapeText(nodes[from].name)} → ${escapeText(nodes[to].name)}`,
    showlegend: false,
  });
  const middle = (left + right) / 2;
  const data: Trace[] = edges
    .filter(({ from, to }) => to === from + 1)
    .map(({ from, to }) => edge(from, to, [middle, middle], [from + HALF, to - HALF - head / 2 / rowPixels], 'triangle-down'));
  for (const { from, to, lane } of bypasses) {
    const x = right + (lane + 1) * laneWidth;
    // Out of the lower half of one box, into the upper half of the other: a node that has both shows which is which.
    const [out, into] = [from + HALF / 2, to - HALF / 2];
    data.push(edge(from, to, [right, x, x, right + head / 2], [out, out, into, into], 'triangle-left'));
  }
  nodes.forEach((node, i) => {
    const colour = colourOf(node.kind);
    data.push({
      type: 'scatter',
      mode: 'lines',
      name: escapeText(node.name),
      x: [left, right, right, left, left],
      y: [i - HALF, i - HALF, i + HALF, i + HALF, i - HALF],
      fill: 'toself',
      fillcolor: translucent(colour, 0.22),
      line: { width: 1.2, color: colour },
      hoveron: 'fills',
      hoverinfo: 'text',
      text: `${escapeText(node.name)}<br>${escapeText(detail(node))}`,
      showlegend: false,
    });
    const room = boxWidth - 0.8 * font;
    const line = (text: string, size: number, up: number): void => {
      annotations.push({ x: middle, y: i, yshift: up, text, font: { size }, xanchor: 'center', yanchor: 'middle' });
    };
    // Rows too low for two lines of letters one can read keep the name, and the rest shows under the pointer.
    const [size, small] = [font * squeeze, font * squeeze * 0.85];
    if (small < font * 0.55) {
      if (rowPixels * 2 * HALF > font * 0.5) {
        const only = Math.min(font * 0.9, Math.max(font * 0.5, rowPixels * 1.4 * HALF));
        line(escapeText(fitted(node.name, only, room)), only, 0);
      }
      return;
    }
    line(`<b>${escapeText(fitted(node.name, size * 1.05, room))}</b>`, size, size * 0.65);
    line(escapeText(fitted(detail(node), small, room)), small, -size * 0.65);
  });
  const axis = { visible: false, fixedrange: false };
  return compose(data, {
    ...base,
    height,
    xaxis: { ...axis, range: [0, width] },
    yaxis: { ...axis, range: [nodes.length - 0.5, -0.5] },
    annotations,
    meta: {
      rows: nodes.map(({ name, kind, inputs, shape, kernel, bytes }) => ({
        name,
        kind,
        inputs: inputs.map((from) => nodes[from].name).join(' '),
        shape: times(shape),
        kernel: times(kernel ?? []),
        bytes: bytes ?? '',
      })),
    },
  });
}
