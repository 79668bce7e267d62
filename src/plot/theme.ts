import { ArgumentError } from '../base';
import type { Layout } from './figure';

/** For paper, or for a dark page or slide. */
export type ThemeName = 'light' | 'dark';

/** Colours by the part that they play. */
export interface Theme {
  readonly paper: string;
  readonly text: string;
  readonly grid: string;
  readonly line: string;
  /** What matters most: the front. */
  readonly strong: string;
  /** What is there for comparison: dominated points. */
  readonly weak: string;
  /** What does not count: infeasible points. */
  readonly bad: string;
  /** Limits and constraints. */
  readonly limit: string;
  /** Distinguishes series, in order of use. */
  readonly series: readonly string[];
  /** For magnitudes, low to high: [position in 0 … 1, colour]. */
  readonly scale: readonly (readonly [number, string])[];
}

// Okabe and Ito, "Color Universal Design" (2008): eight colours told apart with any of the common colour blindnesses.
// Yellow is too faint on white, black is lost on dark; order and ends differ by theme.
const okabeIto = {
  orange: '#E69F00',
  sky: '#56B4E9',
  green: '#009E73',
  yellow: '#F0E442',
  blue: '#0072B2',
  vermillion: '#D55E00',
  purple: '#CC79A7',
};

// Cividis (Nuñez, Anderton, Renslow, PLoS ONE 13(7), 2018): even in lightness, and the same with red-green blindness.
const cividis: [number, string][] = [
  [0, '#00224e'],
  [0.25, '#404c6b'],
  [0.5, '#7b7a77'],
  [0.75, '#bbad6d'],
  [1, '#fee838'],
];

const themes: Record<ThemeName, Theme> = {
  light: {
    paper: '#ffffff',
    text: '#222222',
    grid: '#e6e6e6',
    line: '#555555',
    strong: okabeIto.blue,
    weak: '#9aa5b1',
    bad: okabeIto.vermillion,
    limit: '#555555',
    series: [
      okabeIto.blue,
      okabeIto.orange,
      okabeIto.green,
      okabeIto.purple,
      okabeIto.vermillion,
      okabeIto.sky,
      '#000000',
    ],
    scale: cividis,
  },
  dark: {
    paper: '#14181d',
    text: '#e3e6ea',
    grid: '#2c333b',
    line: '#9aa3ad',
    strong: okabeIto.sky,
    weak: '#66727f',
    bad: '#f08a3c',
    limit: '#b7bec6',
    series: [okabeIto.sky, okabeIto.orange, '#2fc59a', okabeIto.purple, okabeIto.yellow, '#f08a3c', '#ffffff'],
    scale: cividis,
  },
};

/** What every figure takes. */
export interface FigureOptions {
  /** Above the figure; default: none. */
  title?: string;
  /** Default 'light'. */
  theme?: ThemeName;
  /** 'screen' for a notebook (default), 'column' for a 3.3-inch column of a paper, 'page' for both columns (7 inches). */
  size?: 'screen' | 'column' | 'page';
  /** Pixels, 96 an inch; by default what the size gives. */
  width?: number;
  /** Pixels, as `width`. */
  height?: number;
}

/** A colour #rrggbb that lets through what lies behind it; `alpha` 0 … 1. */
export function translucent(colour: string, alpha: number): string {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},${alpha})`;
}

export function themeOf(options: FigureOptions): Theme {
  const name = options.theme ?? 'light';
  if (!Object.prototype.hasOwnProperty.call(themes, name)) throw new ArgumentError('theme', name, "'light' or 'dark'");
  return themes[name];
}

/** Pixels and font of a size; `shape` is the height over the width on screen. */
export function sizeOf(options: FigureOptions, shape = 0.62): { width: number; height: number; font: number } {
  const size = options.size ?? 'screen';
  const widths = { screen: 720, column: 317, page: 672 };
  const fonts = { screen: 13, column: 9.5, page: 10.5 };
  if (!Object.prototype.hasOwnProperty.call(widths, size))
    throw new ArgumentError('size', size, "'screen', 'column' or 'page'");
  const width = options.width ?? widths[size];
  // A column is narrow, and its labels take their share: it is drawn taller than the screen's shape.
  const height = options.height ?? Math.round(widths[size] * (size === 'column' ? Math.min(1.3, shape * 1.25) : shape));
  return { width, height, font: fonts[size] };
}

/** The layout that all figures share: fonts, margins, axes, colours, legend above the plot. */
export function baseLayout(options: FigureOptions, shape?: number): Layout & { width: number; height: number } {
  const theme = themeOf(options);
  const { width, height, font } = sizeOf(options, shape);
  const axis = {
    automargin: true,
    showline: true,
    linecolor: theme.line,
    linewidth: 1,
    ticks: 'outside',
    ticklen: font * 0.35,
    tickcolor: theme.line,
    gridcolor: theme.grid,
    zeroline: false,
    title: { standoff: font * 0.7 },
  };
  return {
    width,
    height,
    ...(options.title === undefined ? {} : { title: { text: options.title } }),
    // Below that Plotly would squeeze axis titles into the labels.
    minreducedheight: 30,
    minreducedwidth: 30,
    margin: { l: font * 1.2, r: font * 1.2, t: font * (options.title === undefined ? 2.6 : 5), b: font * 1.2 },
    template: {
      layout: {
        font: { family: 'Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif', size: font, color: theme.text },
        title: {
          x: 0.5,
          xanchor: 'center',
          yref: 'container',
          y: 1,
          yanchor: 'top',
          pad: { t: font * 0.8 },
          font: { size: font * 1.2 },
        },
        paper_bgcolor: theme.paper,
        plot_bgcolor: theme.paper,
        colorway: theme.series,
        xaxis: axis,
        yaxis: axis,
        hovermode: 'closest',
        legend: {
          orientation: 'h',
          x: 0.5,
          xanchor: 'center',
          y: 1,
          yanchor: 'bottom',
          yref: 'paper',
          bgcolor: 'rgba(0,0,0,0)',
          font: { size: font * 0.95 },
          itemwidth: 30,
          tracegroupgap: 0,
        },
        annotationdefaults: { font: { color: theme.text, size: font }, showarrow: false },
        coloraxis: { colorbar: { outlinewidth: 0, thickness: font } },
      },
    },
  };
}
