export type * from './architecture';
export { loadBackend, type BackendInfo, type BackendPreference } from './backend';
export { ArchitectureBuilder, scaledChannels, type ConvolutionOptions, type Extent, type Plain } from './builder';
export { inferShapes, toShape, windowedSize, sizeOf, inputShapeOf, outputSizeOf } from './shapes';
export { countLayers, countParameters, countMacs, countFlops, largestActivation, type LayerCounts } from './counts';
export { allWeightShapes, weightShapes, type WeightRole } from './layouts';
export { initialWeights, initialNetwork } from './initialise';
export { toLayersModel, modelOf } from './to-layers-model';
export { fromLayersModel } from './from-layers-model';
export { weightsOf, networkOf, applyWeights, variablesOf, type Variables, type WeightMasks } from './weights';
export { depthwise, forward, forwardLayer, logitsLayer, tensorsOf, disposeTensors, type ForwardHooks, type ForwardOptions, type Tensors } from './forward';
export { GraphFunction } from './graph/graph-function';
export { hardSigmoid, hardSwish, relu, relu6 } from './activations';
export { registerCustomLayers } from './custom-layers';
export { checkFinite, checkSamples, chosenAtRandom, chosenFrom, inBatches, inMemory, type AnySamples, type Inputs, type InputSource, type SampleForm, type Samples, type SampleSource, type SampleStream } from './samples';
export { runBatches, type BatchRun, type Outputs } from './run-batches';
export { evaluate, predict, score, batchTensor, type EvaluateOptions, type Evaluation } from './evaluate';
export { recalibrateBatchNorm, type RecalibrateOptions } from './recalibrate-batch-norm';
export { intermediateOutputs, activationGradients, type IntermediateOptions } from './intermediate';
export {
  train,
  TrainingDivergedError,
} from './train';
export type { StepEvent, TrainingData, TrainOptions } from './train-options';
export { adam, sgd, rmsprop, type Optimizer } from './optimizers';
export { constantSchedule, cosineSchedule, stepSchedule, type LearningRateSchedule } from './schedules';
export { augmentations, randomCrop, randomFlip, jitter, scaling, timeShift, type Augmentation } from './augment';
export type { Distillation } from './distillation';
export { saveNetwork, loadNetwork } from './network-file';
export type { History, HistoryRow } from './history';
export * from './models';
