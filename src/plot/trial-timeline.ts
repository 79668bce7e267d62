import { isFeasible, type TrialState } from '../study';
import { compose, fontOf } from './compose';
import type { Figure, Trace } from './figure';
import { describeTrial, type StudyView } from './study-view';
import { baseLayout, themeOf, type FigureOptions } from './theme';

/** Trials by when they ran: one row for each that ran at the same time as others, colours by how they ended. */
export function trialTimeline(study: StudyView, options: FigureOptions & { now?: Date } = {}): Figure {
  const theme = themeOf(options);
  const timed = study.trials
    .filter((trial) => trial.started !== undefined && (trial.finished !== undefined || options.now !== undefined))
    .sort((a, b) => Number(a.started) - Number(b.started));
  const origin = timed.length > 0 ? Number(timed[0].started) : 0;
  const laneEnds: number[] = [];
  const bars = timed.map((trial) => {
    const start = (Number(trial.started) - origin) / 1000;
    const end = (Number(trial.finished ?? options.now) - origin) / 1000;
    const free = laneEnds.findIndex((laneEnd) => laneEnd <= start + 1e-9);
    const lane = free >= 0 ? free : laneEnds.length;
    laneEnds[lane] = end;
    return { trial, start, end, lane };
  });
  const longest = Math.max(1, ...laneEnds);
  const [divisor, unit] = longest > 7200 ? [3600, 'hours'] : longest > 180 ? [60, 'minutes'] : [1, 'seconds'];
  const kinds: { name: string; colour: string; state: TrialState; feasible?: boolean }[] = [
    { name: 'complete', colour: theme.strong, state: 'complete', feasible: true },
    { name: 'infeasible', colour: theme.series[1], state: 'complete', feasible: false },
    { name: 'pruned', colour: theme.series[3], state: 'pruned' },
    { name: 'failed', colour: theme.bad, state: 'failed' },
    { name: 'running', colour: theme.weak, state: 'running' },
  ];
  const data: Trace[] = [];
  for (const { name, colour, state, feasible } of kinds) {
    const members = bars.filter(
      ({ trial }) => trial.state === state && (feasible === undefined || isFeasible(trial) === feasible),
    );
    if (members.length === 0) continue;
    data.push({
      type: 'bar',
      orientation: 'h',
      name,
      base: members.map(({ start }) => start / divisor),
      x: members.map(({ start, end }) => (end - start) / divisor),
      y: members.map(({ lane }) => lane + 1),
      width: 0.8,
      marker: { color: colour, line: { width: 1, color: theme.paper } },
      text: members.map(({ trial }) => describeTrial(study, trial)),
      textposition: 'none',
      hovertemplate: '%{text}<extra></extra>',
      showlegend: true,
    });
  }
  const base = baseLayout(options);
  const font = fontOf(base);
  return compose(data, {
    ...base,
    height:
      options.height ?? Math.round(font * ((options.title === undefined ? 12 : 15) + 2 * Math.max(2, laneEnds.length))),
    barmode: 'overlay',
    xaxis: { title: { text: unit }, rangemode: 'tozero' },
    yaxis: {
      title: { text: laneEnds.length > 1 ? 'in parallel' : '' },
      range: [Math.max(1, laneEnds.length) + 0.6, 0.4],
      dtick: 1,
      showgrid: false,
      showticklabels: laneEnds.length > 1,
    },
    meta: {
      rows: bars.map(({ trial, start, end, lane }) => ({
        trial: trial.number,
        state: trial.state,
        feasible: trial.state === 'complete' ? isFeasible(trial) : undefined,
        'start (s)': start,
        'end (s)': end,
        lane: lane + 1,
      })),
    },
  });
}
