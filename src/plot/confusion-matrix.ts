import { check } from '../base';
import { compose, fontOf } from './compose';
import type { Figure, Layout } from './figure';
import { escapeText } from './study-view';
import { baseLayout, themeOf, type FigureOptions } from './theme';

export interface ConfusionMatrixOptions extends FigureOptions {
  /** Show shares of each row, so that rare classes are seen too (default true); the counts stay in the cells. */
  normalize?: boolean;
}

/** Counts, classes × classes: row the true class, column the predicted one. */
export function confusionCounts(
  labels: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): number[][] {
  check(labels.length === predictions.length, 'predictions', predictions.length, `${labels.length}, one a label`);
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const valid = (c: number): boolean => Number.isInteger(c) && c >= 0 && c < classes;
    check(valid(labels[i]), `labels[${i}]`, labels[i], `a class 0 … ${classes - 1}`);
    check(valid(predictions[i]), `predictions[${i}]`, predictions[i], `a class 0 … ${classes - 1}`);
    counts[labels[i]][predictions[i]]++;
  }
  return counts;
}

/** Confusion matrix of counts (classes × classes, rows true), with the accuracy in the title unless one is given. */
export function confusionMatrix(
  counts: readonly (readonly number[])[],
  classNames: readonly string[],
  options: ConfusionMatrixOptions = {},
): Figure {
  const n = counts.length;
  check(n > 0 && counts.every((row) => row.length === n), 'counts', counts, 'a square of counts');
  check(classNames.length === n, 'classNames', classNames, `${n} names`);
  const theme = themeOf(options);
  const sums = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
  const total = sums.reduce((sum, count) => sum + count, 0);
  const right = counts.reduce((sum, row, i) => sum + row[i], 0);
  const title =
    options.title ?? (total > 0 ? `accuracy ${((100 * right) / total).toFixed(1)} % of ${total}` : undefined);
  const layout = baseLayout(
    {
      ...options,
      title,
      width: options.width ?? (options.size === undefined || options.size === 'screen' ? 620 : undefined),
    },
    options.size === 'column' ? 0.9 : 0.8,
  );
  const font = fontOf(layout);
  const share = (i: number, j: number): number => (sums[i] > 0 ? counts[i][j] / sums[i] : 0);
  const z = counts.map((row, i) => row.map((count, j) => (options.normalize === false ? count : share(i, j))));
  const greatest = Math.max(...z.flat(), 1e-12);
  const names = classNames.map(escapeText);
  const annotations: Layout[] = [];
  const narrow = options.size === 'column';
  const digits = String(Math.max(...counts.flat())).length;
  const size = Math.min(font * 0.95, (layout.width * (narrow ? 0.6 : 0.55)) / n / (0.7 * digits + 0.3));

  counts.forEach((row, i) =>
    row.forEach((count, j) => {
      if (count === 0 || size < font * 0.5) return;
      // Cividis is dark below its middle, light above.
      annotations.push({
        x: j,
        y: i,
        text: String(count),
        font: { size, color: z[i][j] / greatest > 0.55 ? '#000000' : '#ffffff' },
      });
    }),
  );
  const ticks = {
    tickmode: 'array',
    tickvals: names.map((_, i) => i),
    ticktext: names,
    showgrid: false,
    ticks: '',
    tickfont: { size: Math.min(font, (layout.height * 0.6) / n) },
  };
  return compose(
    [
      {
        type: 'heatmap',
        z,
        zmin: 0,
        zmax: options.normalize === false ? greatest : 1,
        colorscale: theme.scale.map((stop) => [...stop]),
        // A column has no room for a scale beside the matrix: the cells' numbers must do.
        showscale: !narrow,
        xgap: 1,
        ygap: 1,
        colorbar: {
          thickness: font,
          outlinewidth: 0,
          title: { text: options.normalize === false ? 'samples' : 'share of true class', side: 'right' },
        },
        customdata: counts.map((row) => [...row]),
        hovertemplate: '%{y} taken for %{x}: %{customdata}<extra></extra>',
      },
    ],
    {
      ...layout,
      xaxis: { ...ticks, title: { text: 'predicted' }, tickangle: n <= 5 ? 0 : narrow ? -90 : -45, side: 'bottom' },
      yaxis: { ...ticks, title: { text: 'true' }, autorange: 'reversed' },
      annotations,
    },
  );
}
