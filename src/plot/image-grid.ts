import { check, clamp } from '../base';
import { fontOf } from './compose';
import { Figure, type Layout } from './figure';
import { encodePng } from './png';
import { textWidth } from './render/text-width';
import { verdictLines } from './signals';
import { baseLayout, themeOf, type FigureOptions } from './theme';

/** A picture: height × width × channels, row-major; 1 channel (grey) or 3 (RGB). */
export interface Picture {
  /** height × width × channels, row-major. */
  readonly pixels: ArrayLike<number>;
  /** Pixels across. */
  readonly width: number;
  /** Pixels down. */
  readonly height: number;
  /** 1 grey, 3 red, green, blue. */
  readonly channels: 1 | 3;
  /** Its class, above the picture. */
  readonly label?: string;
  /** What was said of it: marked right or wrong beside the label. */
  readonly prediction?: string;
}

export interface ImageGridOptions extends FigureOptions {
  /** Pictures in a row; default 8, in a narrow figure 4. */
  columns?: number;
  /** Values of black and white (default [0, 255] for bytes, else the picture's own least and greatest). */
  range?: readonly [number, number];
}

/** The picture as a PNG file. */
export function pictureToPng(picture: Picture, range?: readonly [number, number]): Buffer {
  const { pixels, width, height, channels } = picture;
  const size = width * height * channels;
  check(pixels.length === size, 'picture.pixels', pixels.length, `${size} values (${height} × ${width} × ${channels})`);
  let [low, high] = range ?? [0, 255];
  if (range === undefined && !(pixels instanceof Uint8Array)) {
    low = Infinity;
    high = -Infinity;
    for (let i = 0; i < size; i++) {
      low = Math.min(low, pixels[i]);
      high = Math.max(high, pixels[i]);
    }
  }
  const scale = high > low ? 255 / (high - low) : 0;
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = clamp(Math.round((pixels[i] - low) * scale), 0, 255);
  return encodePng(bytes, width, height, channels);
}

/** Small pictures are drawn with so many pixels for one, that a page does not smear them. */
function enlarged(picture: Picture): Picture {
  const { pixels, width, height, channels } = picture;
  const times = Math.floor(160 / Math.max(width, height));
  if (times < 2 || pixels.length !== width * height * channels) return picture;
  const large = new (pixels instanceof Uint8Array ? Uint8Array : Float32Array)(pixels.length * times * times);
  let at = 0;
  for (let y = 0; y < height * times; y++) {
    for (let x = 0; x < width * times; x++) {
      const from = (Math.floor(y / times) * width + Math.floor(x / times)) * channels;
      for (let c = 0; c < channels; c++) large[at++] = pixels[from + c];
    }
  }
  return { ...picture, pixels: large, width: width * times, height: height * times };
}

/** Pictures in rows, each headed by its label and, where there is one, the prediction. */
export function imageGrid(pictures: readonly Picture[], options: ImageGridOptions = {}): Figure {
  check(pictures.length > 0, 'pictures', pictures, 'at least one');
  const theme = themeOf(options);
  const narrow = options.size === 'column';
  const columns = options.columns ?? Math.min(pictures.length, narrow ? 4 : 8);
  const rows = Math.ceil(pictures.length / columns);
  const base = baseLayout(options);
  const font = fontOf(base);
  const top = options.title === undefined ? font * 0.4 : font * 2.6;
  const side = font * 0.6;
  const cell = (base.width - 2 * side) / columns;
  const tall = Math.max(...pictures.map((picture) => picture.height / picture.width));
  const picture = cell * 0.9;
  const headings = pictures.map((one) => verdictLines(one.label, one.prediction, theme.series[2], theme.bad));
  const lines = Math.max(...headings.map((heading) => heading.length));
  const head = font * (0.4 + 1.25 * lines);
  const row = picture * tall + head;
  const height = options.height ?? Math.ceil(rows * row + top + side);
  // One unit of the axes is one pixel of the figure, counted from the top left corner.
  const hidden = { visible: false, fixedrange: true, automargin: false };
  const images: Layout[] = [];
  const annotations: Layout[] = [];
  pictures.forEach((one, i) => {
    const x = (i % columns) * cell + cell / 2;
    const y = Math.floor(i / columns) * row;
    images.push({
      source: `data:image/png;base64,${pictureToPng(enlarged(one), options.range).toString('base64')}`,
      xref: 'x',
      yref: 'y',
      x,
      y: y + head,
      sizex: picture,
      sizey: picture * tall,
      xanchor: 'center',
      yanchor: 'top',
      layer: 'above',
    });
    if (headings[i].length === 0) return;
    // Long names shrink rather than run into their neighbours.
    const longest = Math.max(...headings[i].map((line) => textWidth(line.replace(/<[^>]*>/g, ''), 1)));
    const size = Math.max(font * 0.5, Math.min(font * 0.9, (cell * 0.97) / longest));
    annotations.push({ text: headings[i].join('<br>'), x, y: y + head, xanchor: 'center', yanchor: 'bottom', font: { size } });
  });
  const anchor = {
    type: 'scatter',
    mode: 'markers',
    x: [0],
    y: [0],
    marker: { opacity: 0 },
    hoverinfo: 'skip',
    showlegend: false,
  };
  return new Figure([anchor], {
    ...base,
    height,
    margin: { l: side, r: side, t: top, b: side },
    xaxis: { ...hidden, range: [0, columns * cell] },
    yaxis: { ...hidden, range: [rows * row, 0] },
    images,
    annotations,
    meta: { rows: pictures.map(({ label, prediction }, i) => ({ picture: i + 1, label, prediction })) },
  });
}
