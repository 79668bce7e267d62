export { Figure, isFigure, type FigureData, type Trace, type Layout } from './figure';
export type { FigureOptions, ThemeName } from './theme';
export type { StudyView } from './study-view';
export { paretoFront, type ParetoFrontOptions } from './pareto-front';
export {
  hypervolumeHistory,
  hypervolumeCurve,
  hypervolumeBox,
  type HypervolumeBox,
  type HypervolumeHistoryOptions,
  type RunSeries,
} from './hypervolume';
export { liveStudy, type LiveStudyOptions } from './live-study';
export { toSvg, type RenderOptions } from './render/svg';
export { signals, type SignalWindow, type SignalsOptions } from './signals';
export { imageGrid, pictureToPng, type Picture, type ImageGridOptions } from './image-grid';
export { confusionMatrix, confusionCounts, type ConfusionMatrixOptions } from './confusion-matrix';
