/*
 * The little of a canvas that Plotly needs to draw heat maps and pictures: filled rectangles and whole blocks of pixels,
 * read back as a PNG.
 */
import { encodePng } from '../png';

function colourOf(style: string): [number, number, number, number] {
  const parts = /^rgba?\(([^)]+)\)/.exec(style)?.[1].split(',').map(Number);
  if (parts !== undefined && parts.length >= 3)
    return [parts[0], parts[1], parts[2], Math.round(255 * (parts[3] ?? 1))];
  const hex = /^#([0-9a-f]{6})/i.exec(style)?.[1];
  if (hex === undefined) return [0, 0, 0, 255];
  return [parseInt(hex.slice(0, 2), 16), parseInt(hex.slice(2, 4), 16), parseInt(hex.slice(4, 6), 16), 255];
}

interface Pixels {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
}

/** A drawing surface for one canvas element. */
export class CanvasContext {
  fillStyle = '#000000';
  private pixels: Uint8Array;

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {
    this.pixels = new Uint8Array(width * height * 4);
  }

  fits(width: number, height: number): boolean {
    return width === this.width && height === this.height;
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const colour = colourOf(String(this.fillStyle));
    const [left, right] = [Math.max(0, Math.round(x)), Math.min(this.width, Math.round(x + width))];
    const [top, bottom] = [Math.max(0, Math.round(y)), Math.min(this.height, Math.round(y + height))];
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) this.pixels.set(colour, (row * this.width + column) * 4);
    }
  }

  createImageData(width: number, height: number): Pixels {
    return { data: new Uint8ClampedArray(width * height * 4), width, height };
  }

  putImageData(image: Pixels, x: number, y: number): void {
    for (let row = 0; row < image.height; row++) {
      for (let column = 0; column < image.width; column++) {
        const to = ((row + y) * this.width + column + x) * 4;
        const from = (row * image.width + column) * 4;
        for (let k = 0; k < 4; k++) this.pixels[to + k] = image.data[from + k];
      }
    }
  }

  /** Texts on a canvas are measured by nobody here; Plotly asks only in WebGL. */
  measureText(): { width: number } {
    return { width: 0 };
  }

  toDataUrl(): string {
    return `data:image/png;base64,${encodePng(this.pixels, this.width, this.height, 4).toString('base64')}`;
  }
}
