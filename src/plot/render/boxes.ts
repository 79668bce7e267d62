/*
 * Bounding boxes of SVG elements for a DOM that does no layout. Exact for rectangles, circles, lines and straight paths;
 * curves count their control points; texts are measured by their characters. Enough for Plotly to place legends and to
 * make room for labels.
 */
import { textWidth } from './text-width';

/** As much of a DOM element as is read here. */
export interface SvgNode {
  readonly nodeName: string;
  readonly nodeType: number;
  readonly textContent: string | null;
  readonly childNodes: ArrayLike<SvgNode>;
  readonly parentNode: SvgNode | null;
  getAttribute?(name: string): string | null;
}

export interface Box {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** Affine map (x, y) → (a x + c y + e, b x + d y + f). */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const identity: Matrix = [1, 0, 0, 1, 0, 0];

function multiply(m: Matrix, n: Matrix): Matrix {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}

function numbers(text: string): number[] {
  return (text.match(/[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi) ?? []).map(Number);
}

function transformOf(node: SvgNode): Matrix {
  const text = node.getAttribute?.('transform');
  if (!text) return identity;
  let matrix = identity;
  for (const [, name, inner] of text.matchAll(/(\w+)\s*\(([^)]*)\)/g)) {
    const v = numbers(inner);
    if (name === 'translate') matrix = multiply(matrix, [1, 0, 0, 1, v[0] ?? 0, v[1] ?? 0]);
    else if (name === 'scale') matrix = multiply(matrix, [v[0] ?? 1, 0, 0, v[1] ?? v[0] ?? 1, 0, 0]);
    else if (name === 'rotate') {
      const angle = ((v[0] ?? 0) * Math.PI) / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const [cx, cy] = [v[1] ?? 0, v[2] ?? 0];
      matrix = multiply(matrix, [cos, sin, -sin, cos, cx - cos * cx + sin * cy, cy - sin * cx - cos * cy]);
    } else if (name === 'matrix' && v.length === 6) matrix = multiply(matrix, v as unknown as Matrix);
  }
  return matrix;
}

function mapBox(box: Box | undefined, m: Matrix): Box | undefined {
  if (box === undefined || m === identity) return box;
  const corners = [box.x0, box.x1].flatMap((x) =>
    [box.y0, box.y1].map((y) => [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]]),
  );
  return hull(corners);
}

function hull(points: readonly (readonly number[])[]): Box | undefined {
  if (points.length === 0) return undefined;
  const box = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  for (const [x, y] of points) {
    box.x0 = Math.min(box.x0, x);
    box.y0 = Math.min(box.y0, y);
    box.x1 = Math.max(box.x1, x);
    box.y1 = Math.max(box.y1, y);
  }
  return box;
}

function union(boxes: readonly (Box | undefined)[]): Box | undefined {
  const there = boxes.filter((box): box is Box => box !== undefined);
  return hull(
    there.flatMap((box) => [
      [box.x0, box.y0],
      [box.x1, box.y1],
    ]),
  );
}

function attribute(node: SvgNode, name: string): number {
  return parseFloat(node.getAttribute?.(name) ?? '') || 0;
}

/** A presentation property, from the style or the attribute of the element or the nearest ancestor that has it. */
function property(node: SvgNode | null, name: string): string | undefined {
  const pattern = new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`);
  for (let at = node; at?.getAttribute; at = at.parentNode) {
    const found = pattern.exec(at.getAttribute('style') ?? '')?.[1] ?? at.getAttribute(name);
    if (found) return found.trim();
  }
  return undefined;
}

function fontSize(node: SvgNode | null): number {
  const found = property(node, 'font-size');
  if (found === undefined) return 12;
  const value = parseFloat(found);
  if (!Number.isFinite(value)) return 12;
  // Plotly writes subscripts as 70% of what surrounds them.
  return found.endsWith('%') ? (value / 100) * fontSize(node?.parentNode ?? null) : value;
}

function isBold(node: SvgNode | null): boolean {
  const weight = property(node, 'font-weight');
  return weight === 'bold' || Number(weight) >= 600;
}

/** Width of all the text under a node, each piece in its own size. */
export function lineWidth(node: SvgNode): number {
  if (node.nodeType === 3) return textWidth(node.textContent ?? '', fontSize(node.parentNode), isBold(node.parentNode));
  let width = 0;
  for (let i = 0; i < node.childNodes.length; i++) width += lineWidth(node.childNodes[i]);
  return width;
}

function textBox(node: SvgNode): Box | undefined {
  const size = fontSize(node);
  const anchor = property(node, 'text-anchor');
  const lines = Array.from({ length: node.childNodes.length }, (_, i) => node.childNodes[i]).filter(
    (child) => child.nodeName === 'tspan' && (child.getAttribute?.('class') ?? '').includes('line'),
  );
  const boxes = (lines.length > 0 ? lines : [node]).map((line): Box | undefined => {
    const width = lineWidth(line);
    if (width === 0) return undefined;
    const x = parseFloat(line.getAttribute?.('x') ?? '') || attribute(node, 'x');
    const dy = parseFloat(line.getAttribute?.('dy') ?? '') || 0;
    const ownDy = line === node ? 0 : parseFloat(node.getAttribute?.('dy') ?? '') || 0;
    const y = (parseFloat(line.getAttribute?.('y') ?? '') || attribute(node, 'y')) + (dy + ownDy) * size;
    const left = x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
    return { x0: left, x1: left + width, y0: y - 0.93 * size, y1: y + 0.24 * size };
  });
  return union(boxes);
}

function pathBox(d: string): Box | undefined {
  const points: number[][] = [];
  let x = 0;
  let y = 0;
  for (const [, command, inner] of d.matchAll(/([a-zA-Z])([^a-zA-Z]*(?:e[-+]?\d+[^a-zA-Z]*)*)/g)) {
    const v = numbers(inner);
    const relative = command === command.toLowerCase();
    const letter = command.toUpperCase();
    const stride = { H: 1, V: 1, A: 7, C: 6, S: 4, Q: 4 }[letter as 'H'] ?? 2;
    for (let i = 0; i + stride <= v.length; i += stride) {
      const [fromX, fromY] = [x, y];
      if (letter === 'H') x = v[i] + (relative ? fromX : 0);
      else if (letter === 'V') y = v[i] + (relative ? fromY : 0);
      else {
        for (let k = letter === 'A' ? 5 : 0; k < stride; k += 2) {
          x = v[i + k] + (relative ? fromX : 0);
          y = v[i + k + 1] + (relative ? fromY : 0);
          points.push([x, y]);
        }
      }
      points.push([x, y]);
    }
  }
  return hull(points);
}

/** Box of an element in its own coordinates, its own transform left out; undefined where it is empty. */
export function localBox(node: SvgNode): Box | undefined {
  switch (node.nodeName) {
    case 'text':
      return textBox(node);
    case 'tspan':
      return { x0: 0, x1: lineWidth(node), y0: -0.93 * fontSize(node), y1: 0.24 * fontSize(node) };
    case 'rect':
    case 'image':
    case 'svg': {
      const [x, y] = [attribute(node, 'x'), attribute(node, 'y')];
      return { x0: x, y0: y, x1: x + attribute(node, 'width'), y1: y + attribute(node, 'height') };
    }
    case 'circle': {
      const [x, y, r] = ['cx', 'cy', 'r'].map((name) => attribute(node, name));
      return { x0: x - r, y0: y - r, x1: x + r, y1: y + r };
    }
    case 'line':
      return hull([
        [attribute(node, 'x1'), attribute(node, 'y1')],
        [attribute(node, 'x2'), attribute(node, 'y2')],
      ]);
    case 'path':
      return pathBox(node.getAttribute?.('d') ?? '');
    case 'defs':
    case 'clipPath':
      return undefined;
    default: {
      const children = Array.from({ length: node.childNodes.length }, (_, i) => node.childNodes[i]);
      return union(
        children.filter((child) => child.nodeType === 1).map((child) => mapBox(localBox(child), transformOf(child))),
      );
    }
  }
}

/** Box of an element in the coordinates of the page. */
export function pageBox(node: SvgNode): Box {
  let box = mapBox(localBox(node), transformOf(node));
  for (let at = node.parentNode; at?.getAttribute; at = at.parentNode) box = mapBox(box, transformOf(at));
  return box ?? { x0: 0, y0: 0, x1: 0, y1: 0 };
}
