/**
 * A generated set of pictures in CIFAR-10's shape, for machines without data: 32 × 32 × 3, ten kinds of shape and
 * texture at a random place, size, turn and pair of colours over a shaded background, with clutter and noise. Either
 * colour may be the lighter, so that the mean of every pixel is the same for all classes: a linear model finds little.
 */
import { breathe, check, clamp, createRng, type LongWork, type Rng } from '../../base';
import { assemble, type RawPart } from '../assemble';
import { splitNames, type Dataset, type SplitName } from '../dataset';
import { checkLoadOptions, type LoadOptions } from '../options';

const side = 32;
const pixels = side * side;

/** Inside (true) or outside of a shape, in its own coordinates: about the unit disk. */
type Shape = (u: number, v: number) => boolean;

const shapes: readonly { name: string; inside: Shape }[] = [
  { name: 'disk', inside: (u, v) => u * u + v * v < 0.8 },
  { name: 'ring', inside: (u, v) => { const r = u * u + v * v; return r < 0.95 && r > 0.35; } },
  { name: 'square', inside: (u, v) => Math.abs(u) < 0.75 && Math.abs(v) < 0.75 },
  { name: 'frame', inside: (u, v) => { const m = Math.max(Math.abs(u), Math.abs(v)); return m < 0.85 && m > 0.5; } },
  { name: 'triangle', inside: (u, v) => v > -0.6 && v < 1 - 1.8 * Math.abs(u) },
  { name: 'plus', inside: (u, v) => Math.min(Math.abs(u), Math.abs(v)) < 0.25 && Math.max(Math.abs(u), Math.abs(v)) < 0.95 },
  { name: 'stripes', inside: (u, v) => u * u + v * v < 1 && Math.sin(8 * u) > 0 },
  { name: 'checks', inside: (u, v) => u * u + v * v < 1 && Math.sin(6 * u) * Math.sin(6 * v) > 0 },
  { name: 'pair', inside: (u, v) => (Math.abs(u) - 0.55) ** 2 + v * v < 0.14 },
  { name: 'crescent', inside: (u, v) => u * u + v * v < 0.9 && (u - 0.45) ** 2 + v * v > 0.55 },
];

function colour(rng: Rng): number[] {
  return [rng.next(), rng.next(), rng.next()].map((value) => 30 + 195 * value);
}

/** Two colours that differ enough to see. */
function colours(rng: Rng): [number[], number[]] {
  for (;;) {
    const [a, b] = [colour(rng), colour(rng)];
    if (Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) > 90) return [a, b];
  }
}

function draw(label: number, rng: Rng, out: Uint8Array, offset: number): void {
  const [front, back] = colours(rng);
  const [cx, cy] = [side / 2 + 12 * (rng.next() - 0.5), side / 2 + 12 * (rng.next() - 0.5)];
  const size = 6.5 + 5 * rng.next();
  const turn = 2 * Math.PI * rng.next();
  const [sin, cos] = [Math.sin(turn) / size, Math.cos(turn) / size];
  const shade = [0, 1].map(() => 60 * (rng.next() - 0.5));
  const spots = Array.from({ length: 3 }, () => ({ x: side * rng.next(), y: side * rng.next(), r: 1 + 1.5 * rng.next(), front: rng.next() < 0.5 }));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      // Four points a pixel smooth the edge.
      let cover = 0;
      for (const [dx, dy] of [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]) {
        const [px, py] = [x + dx - cx, y + dy - cy];
        if (shapes[label].inside(cos * px + sin * py, cos * py - sin * px)) cover += 0.25;
      }
      for (const spot of spots) if ((x - spot.x) ** 2 + (y - spot.y) ** 2 < spot.r ** 2) cover = spot.front ? 1 : 0;
      const slope = shade[0] * (x / side - 0.5) + shade[1] * (y / side - 0.5);
      for (let c = 0; c < 3; c++) {
        const value = back[c] + cover * (front[c] - back[c]) + slope + 10 * rng.normal();
        out[offset + (y * side + x) * 3 + c] = clamp(Math.round(value), 0, 255);
      }
    }
  }
}

export interface GeneratedImagesOptions extends LongWork, Pick<LoadOptions, 'limit' | 'fraction' | 'normalise'> {
  /** Same seed, same set. Default 0. */
  seed?: number;
  /** Pictures in the training split; a quarter as many in each of the others. Default 4000. */
  count?: number;
}

/** The generated set: 32 × 32 × 3 pictures of ten kinds of shape, equally many of each. Memory: 12 kB a picture. */
export async function generatedImages(options: GeneratedImagesOptions = {}): Promise<Dataset> {
  const { seed = 0, count = 4000 } = options;
  checkLoadOptions(options as LoadOptions);
  check(Number.isInteger(count) && count >= 40, 'count', count, 'a whole number, 40 or more');
  const sizes: Record<SplitName, number> = { train: count, validation: Math.ceil(count / 4), test: Math.ceil(count / 4) };
  const parts = {} as Record<SplitName, RawPart>;
  for (const name of splitNames) {
    const rng = createRng(seed).fork('generated-images').fork(name);
    const n = sizes[name];
    const y = rng.shuffle(Int32Array.from({ length: n }, (_, i) => i % shapes.length));
    const bytes = new Uint8Array(n * pixels * 3);
    for (let i = 0; i < n; i++) {
      draw(y[i], rng, bytes, i * pixels * 3);
      if (i % 100 === 99) await breathe(options.signal, 'generating');
    }
    parts[name] = { y, copy: (i, out, offset) => out.set(bytes.subarray(i * pixels * 3, (i + 1) * pixels * 3), offset) };
    options.onProgress?.({ path: ['generate', name], done: n, total: n, unit: 'picture' });
  }
  return assemble({
    name: 'generated pictures',
    inputShape: [side, side, 3],
    classes: shapes.map((shape) => shape.name),
    channels: ['red', 'green', 'blue'],
    source: 'generated',
    parts,
  }, { ...options, seed });
}
