import { check } from '../base';
import { attainmentSurface } from '../moo';
import { compose } from './compose';
import type { Figure, Trace } from './figure';
import { countText, lineKey } from './legend-key';
import { judge, escapeText, objectiveIndex, objectiveTitle, type StudyView } from './study-view';
import { baseLayout, themeOf, type FigureOptions } from './theme';

export interface AttainmentOptions extends FigureOptions {
  /** The two objectives, across then up (default the second and the first). */
  axes?: readonly [string, string];
}

/**
 * What the median run of each solver attains in two objectives, dotted what the best and the worst run do. Each entry
 * has one study a seed.
 */
export function attainmentSurfaces(
  solvers: Readonly<Record<string, readonly StudyView[]>>,
  options: AttainmentOptions = {},
): Figure {
  const theme = themeOf(options);
  const all = Object.values(solvers).flat();
  check(
    all.length > 0 && all[0].objectives.length >= 2,
    'solvers',
    Object.keys(solvers),
    'studies with two objectives or more',
  );
  const { objectives } = all[0];
  const names = options.axes ?? [objectives[1].name, objectives[0].name];
  const [a, b] = names.map((name) => objectiveIndex(all[0], name));
  const signs = [a, b].map((j) => (objectives[j].direction === 'maximize' ? -1 : 1));
  const data: Trace[] = [];
  const counts = new Set<number>();
  Object.entries(solvers).forEach(([name, studies], s) => {
    const fronts = studies.map((study) =>
      judge(study)
        .filter((one) => one.feasible)
        .map((one) => [one.costs[a], one.costs[b]]),
    );
    const runs = fronts.length;
    const levels = runs > 2 ? [1, Math.ceil(runs / 2), runs] : [Math.ceil(runs / 2)];
    const median = Math.ceil(runs / 2);
    counts.add(runs);
    for (const level of [...new Set(levels)]) {
      const surface = attainmentSurface(fronts, level);
      data.push({
        type: 'scatter',
        mode: 'lines',
        name: escapeText(name),
        legendgroup: name,
        showlegend: level === median,
        x: surface.map((point) => signs[0] * point[0]),
        y: surface.map((point) => signs[1] * point[1]),
        line: {
          shape: 'hv',
          color: theme.series[s % theme.series.length],
          width: level === median ? 2 : 1,
          dash: level === median ? 'solid' : 'dot',
        },
        hovertemplate: `${escapeText(name)}, ${level} of ${runs} runs<br>%{x}, %{y}<extra></extra>`,
      });
    }
  });
  data.push(...(Math.max(...counts) > 2 ? [lineKey(`median of ${countText(counts)} runs`, theme, 'solid'), lineKey('best and worst', theme, 'dot')] : []));
  return compose(data, {
    ...baseLayout(options),
    xaxis: { title: { text: objectiveTitle(objectives[a]) } },
    yaxis: { title: { text: objectiveTitle(objectives[b]) } },
  });
}
