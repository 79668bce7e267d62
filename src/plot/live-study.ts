import { compose, fontOf } from './compose';
import type { Figure, Layout, Trace } from './figure';
import { bandTraces, hypervolumeBox, hypervolumeCurve, type HypervolumeBox } from './hypervolume';
import { emptyTrace, frontTraces, limitShapes, objectiveAxis, type ParetoFrontOptions } from './pareto-front';
import { optimizationHistory } from './optimization-history';
import { panelAxes, panelGrid } from './panels';
import { judge, objectiveIndex, type StudyView } from './study-view';
import { baseLayout, themeOf } from './theme';

/** What to show while a study runs. */
export interface LiveStudyOptions extends Omit<ParetoFrontOptions, 'pairs'> {
  /** The two objectives of the left panel, across then up (default the second and the first). */
  axes?: readonly [string, string];
  /** What the hypervolume is measured in; default: that of `hypervolumeBox`. */
  box?: HypervolumeBox;
}

/**
 * What to watch while a study runs: the front on the left, the hypervolume so far on the right; with one objective its
 * history.
 */
export function liveStudy(study: StudyView, options: LiveStudyOptions = {}): Figure {
  if (study.objectives.length === 1) return optimizationHistory(study, options);
  const theme = themeOf(options);
  const judged = judge(study);
  const stacked = options.size === 'column';
  const layout = baseLayout(options, stacked ? 0.95 : 0.45);
  const font = fontOf(layout);
  const panels = panelGrid(2, stacked ? 1 : 2, 0.13, 0.24);
  const data: Trace[] = panels.map(emptyTrace);
  const shapes: Layout[] = [];
  const entries: Layout = {};
  const [a, b] = (options.axes ?? [study.objectives[1].name, study.objectives[0].name]).map((name) =>
    objectiveIndex(study, name),
  );
  data.push(...frontTraces(study, judged, panels[0], a, b, theme, font, true));
  shapes.push(...limitShapes(study, panels[0], a, b, theme));
  Object.assign(
    entries,
    panelAxes(panels[0], objectiveAxis(study, judged, a, options), objectiveAxis(study, judged, b, options)),
  );
  const box = options.box ?? hypervolumeBox([study]);
  const curve = box === undefined ? [] : hypervolumeCurve(study, box, Math.ceil(study.trials.length / 400));
  const right = { xaxis: panels[1].x, yaxis: panels[1].y, showlegend: false };
  if (curve.length > 0) data.push(...bandTraces([{ name: 'hypervolume', runs: [curve] }], theme, 'deviation', right));
  Object.assign(
    entries,
    panelAxes(
      panels[1],
      { title: { text: 'trials' }, rangemode: 'tozero', nticks: 6 },
      { title: { text: 'hypervolume, normalised' }, rangemode: 'tozero', nticks: 6 },
    ),
  );
  if (judged.length === 0) {
    for (const panel of panels) Object.assign(entries[panel.xaxis] as Layout, { range: [0, 1] });
    for (const panel of panels) Object.assign(entries[panel.yaxis] as Layout, { range: [0, 1] });
    entries.annotations = [
      { text: 'no complete trial yet', xref: 'paper', yref: 'paper', x: 0.5, y: 1.02, yanchor: 'bottom' },
    ];
  }
  return compose(data, { ...layout, ...entries, shapes }, judged.length === 0 ? font * 1.6 : 0);
}
