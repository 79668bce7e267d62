export { Figure, isFigure, pageConfig, type FigureData, type Trace, type Layout } from './figure';
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
export { optimizationHistory, type OptimizationHistoryOptions } from './optimization-history';
export { liveStudy, type LiveStudyOptions } from './live-study';
export { toSvg, type RenderOptions } from './render/svg';
export { signals, type SignalWindow, type SignalsOptions } from './signals';
export { imageGrid, pictureToPng, type Picture, type ImageGridOptions } from './image-grid';
export { confusionMatrix, confusionCounts, type ConfusionMatrixOptions } from './confusion-matrix';
export {
  pruningByLayer,
  quantizationErrorByLayer,
  cyclesByLayer,
  parameterImportance,
  type PrunedLayer,
  type QuantizedLayer,
  type LayerCost,
  type Importance,
} from './layer-bars';
export { layerRoofline, type LayerRooflineOptions } from './layer-roofline';
export { graphPicture, type GraphNode } from './graph-picture';
export { groupedBars, type BarSeries, type GroupedBarsOptions } from './grouped-bars';
export { memoryMap, type MemoryBlock, type MemoryMapOptions } from './memory-map';
export { parallelCoordinates, type ParallelCoordinatesOptions } from './parallel-coordinates';
export { trialTimeline } from './trial-timeline';
export { learningCurves, type Curve } from './learning-curves';
export { posteriorSlice, posteriorContour, type Slice, type Surface } from './posterior';
export { surrogateCalibration, type Predictions } from './calibration';
export { attainmentSurfaces, type AttainmentOptions } from './attainment';
export { toHtml, toCsv } from './export';
export { toPng, toPdf } from './render/raster';
export { saveFigure } from './save';
