/** The results of bench/compression.ts: read, summed up, drawn. */
import { existsSync, readFileSync } from 'node:fs';
import { Figure, type Trace } from '../../src/plot';
import { panelAxes, panelGrid } from '../../src/plot/panels';
import { baseLayout, themeOf } from '../../src/plot/theme';
import { mean, standardError } from './statistics';
import { resultTable } from './table';

/** One line of the file. */
export interface Cell {
  readonly set: string;
  readonly seed: number;
  /** 'float', 'PTQ int8', 'QAT int8' …, or a pruning's '80 % channels agp l1'. */
  readonly method: string;
  /** On the people or pictures that training did not see: validation and test split together. */
  readonly accuracy: number;
  /** Of a pruned network after PTQ. */
  readonly int8?: number;
  readonly seconds: number;
}

export function readCells(file: string): Cell[] {
  if (!existsSync(file)) return [];
  // A line that a killed process left unfinished is done again.
  return readFileSync(file, 'utf8').split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Cell];
    } catch {
      return [];
    }
  });
}

export function methodOf(sparsity: number, kind: string, schedule: string, heuristic: string): string {
  return `${(100 * sparsity).toFixed(0)} % ${kind} ${schedule} ${heuristic}`;
}

interface Summary {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation over seeds; 0 for one. */
  readonly deviation: number;
  /** Differences to `other`, one for each seed that has both. */
  readonly against: (other: string) => number[];
}

/** Means over the seeds, by set and method. */
export function summaries(cells: readonly Cell[]): Map<string, Map<string, Summary>> {
  const values = new Map<string, Map<string, Map<number, number>>>();
  for (const { set, seed, method, accuracy } of cells) {
    const own = values.get(set) ?? values.set(set, new Map()).get(set)!;
    (own.get(method) ?? own.set(method, new Map()).get(method)!).set(seed, accuracy);
  }
  return new Map([...values].map(([set, own]) => [set, new Map([...own].map(([method, bySeed]): [string, Summary] => {
    const all = [...bySeed.values()];
    const deviation = all.length < 2 ? 0 : standardError(all) * Math.sqrt(all.length);
    const against = (other: string): number[] =>
      [...bySeed].flatMap(([seed, v]) => { const there = own.get(other)?.get(seed); return there === undefined ? [] : [v - there]; });
    return [method, { n: all.length, mean: mean(all), deviation, against }];
  }))]));
}

const points = (value: number): string => (Number.isFinite(value) ? `${value >= 0 ? '+' : '−'}${Math.abs(100 * value).toFixed(1)}` : '–');

/**
 * A row a method: accuracy, what it lost to float, and, for prunings, what it gained on random with the same share, kind and
 * schedule (mean difference on the same float networks ± its standard error over the seeds), and what PTQ then changed.
 */
export function printTable(cells: readonly Cell[]): void {
  for (const [set, own] of summaries(cells)) {
    const head = [set, 'seeds', 'accuracy', '±', 'to float', 'to random', 'then PTQ'];
    const table = resultTable(head);
    for (const [method, { n, mean: accuracy, deviation, against }] of own) {
      const gained = method.includes('%') && !method.endsWith(' random') ? against(method.replace(/\S+$/, 'random')) : [];
      const control = gained.length > 1 ? `${points(mean(gained))} ± ${(100 * standardError(gained)).toFixed(1)}` : gained.map(points).join('');
      const quantised = cells.flatMap((cell) => (cell.set === set && cell.method === method && cell.int8 !== undefined ? [cell.int8 - cell.accuracy] : []));
      table.push([method, n, `${(100 * accuracy).toFixed(1)} %`, (100 * deviation).toFixed(1), method === 'float' ? '' : points(mean(against('float'))), control,
        quantised.length > 0 ? points(mean(quantised)) : '']);
    }
    console.log(table.toString());
  }
}

const NAMES: Readonly<Record<string, string>> = { har: 'GeoTec HAR, MobileNetV3 1-D', cifar10: 'CIFAR-10 subset, ResNet' };

/** A panel a set and sparsity: a column a heuristic, a mark a kind and schedule, the quantised and the float network as lines. */
export function compressionFigure(cells: readonly Cell[], heuristics: readonly string[], sparsities: readonly number[]): Figure {
  const all = summaries(cells);
  const theme = themeOf({});
  const panels = panelGrid(all.size * sparsities.length, sparsities.length, 0.09, 0.2);
  const base = baseLayout({ width: 900, height: 680 }, 0.75);
  const data: Trace[] = [];
  const annotations: Record<string, unknown>[] = [];
  let layout: Record<string, unknown> = { ...base };
  [...all].forEach(([set, own], row) => sparsities.forEach((sparsity, column) => {
    const panel = panels[row * sparsities.length + column];
    const isFirst = row === 0 && column === 0;
    const percent = (value: number | undefined): number | null => (value === undefined ? null : 100 * value);
    [['channels', 'agp'], ['channels', 'oneShot'], ['weights', 'agp'], ['weights', 'oneShot']].forEach(([kind, schedule], i) => {
      const found = heuristics.map((heuristic) => own.get(methodOf(sparsity, kind, schedule, heuristic)));
      data.push({
        type: 'scatter', mode: 'markers', name: `${kind}, ${schedule === 'agp' ? 'gradual' : 'one shot'}`, showlegend: isFirst,
        x: heuristics.map((_, k) => k + (i - 1.5) * 0.16), y: found.map((one) => percent(one?.mean)), xaxis: panel.x, yaxis: panel.y,
        error_y: { type: 'data', array: found.map((one) => percent(one?.deviation) ?? 0), thickness: 1, width: 2 },
        marker: { color: theme.series[i], size: 7, symbol: kind === 'channels' ? 'circle' : 'diamond' },
      });
    });
    ['float', 'QAT int8', 'PTQ int8'].forEach((method, i) => {
      const mean = percent(own.get(method)?.mean);
      if (mean === null) return;
      data.push({
        type: 'scatter', mode: 'lines', name: method, showlegend: isFirst, x: [-0.5, heuristics.length - 0.5], y: [mean, mean],
        xaxis: panel.x, yaxis: panel.y, line: { color: theme.text, width: 1, dash: ['solid', 'dash', 'dot'][i] },
      });
    });
    annotations.push({
      text: `${NAMES[set] ?? set}: ${(100 * sparsity).toFixed(0)} % removed`, showarrow: false, xref: 'paper', yref: 'paper',
      x: panel.domainX[0], y: panel.domainY[1] + 0.02, xanchor: 'left', yanchor: 'bottom',
    });
    layout = { ...layout, ...panelAxes(panel,
      { tickmode: 'array', tickvals: heuristics.map((_, k) => k), ticktext: heuristics.map((h) => (h === 'integratedGradients' ? 'int. grad.' : h)), tickangle: -40, range: [-0.6, heuristics.length - 0.4], showgrid: false },
      { title: { text: column === 0 ? 'accuracy, %' : '' } }) };
  }));
  // The legend lies above the panels' titles.
  const legend = { orientation: 'h', x: 0, y: 1.09, xanchor: 'left', yanchor: 'bottom' };
  return new Figure(data, { ...layout, annotations, legend, margin: { l: 60, r: 12, t: 70, b: 80 } });
}
