import { check } from '../base';
import { compose, fontOf } from './compose';
import type { Figure, Trace } from './figure';
import { describeTrial, judge, objectiveIndex, objectiveTitle, type StudyView } from './study-view';
import { baseLayout, themeOf, type FigureOptions } from './theme';

export interface OptimizationHistoryOptions extends FigureOptions {
  /** Name of the objective (default the first). */
  objective?: string;
}

/** One objective by trial, and the best feasible value so far. */
export function optimizationHistory(study: StudyView, options: OptimizationHistoryOptions = {}): Figure {
  check(study.objectives.length > 0, 'study.objectives', study.objectives, 'at least one');
  const theme = themeOf(options);
  const judged = judge(study);
  const j = options.objective === undefined ? 0 : objectiveIndex(study, options.objective);
  const base = baseLayout(options);
  const font = fontOf(base);
  let best = Infinity;
  const sofar: [number, number][] = [];
  for (const one of judged) {
    if (!one.feasible) continue;
    if (one.costs[j] < best) sofar.push([one.trial.number + 1, one.values[j]]);
    best = Math.min(best, one.costs[j]);
  }
  const last = study.trials.reduce((most, { number }) => Math.max(most, number + 1), 1);
  if (sofar.length > 0) sofar.push([last, sofar[sofar.length - 1][1]]);
  const points = (feasible: boolean, text: string, marker: object): Trace[] => {
    const members = judged.filter((one) => one.feasible === feasible);
    if (members.length === 0) return [];
    return [
      {
        type: 'scatter',
        mode: 'markers',
        name: text,
        x: members.map((one) => one.trial.number + 1),
        y: members.map((one) => one.values[j]),
        text: members.map((one) => describeTrial(study, one.trial)),
        hovertemplate: '%{text}<extra></extra>',
        marker,
        showlegend: true,
      },
    ];
  };
  const thin = { width: 1.2, color: theme.bad };
  const data: Trace[] = [
    ...points(false, 'infeasible', { symbol: 'x-thin', size: font * 0.55, color: theme.bad, line: thin }),
    ...points(true, 'feasible', { symbol: 'circle', size: font * 0.5, color: theme.weak }),
    {
      type: 'scatter',
      mode: 'lines',
      name: 'best so far',
      x: sofar.map(([at]) => at),
      y: sofar.map(([, value]) => value),
      line: { shape: 'hv', color: theme.strong, width: 2 },
      showlegend: sofar.length > 0,
    },
  ];
  return compose(data, {
    ...base,
    xaxis: { title: { text: 'trials' }, rangemode: 'tozero' },
    yaxis: { title: { text: objectiveTitle(study.objectives[j]) } },
    ...(judged.length > 0
      ? {}
      : { annotations: [{ text: 'no complete trial yet', xref: 'paper', yref: 'paper', x: 0.5, y: 0.5, xanchor: 'center' }] }),
  });
}
