export type { ColumnKind, Hyperparameters, Inputs } from './surrogates/covariance';
export type { PointPosterior, Posterior } from './surrogates/posterior';
export type { FitOptions, LogNormal } from './surrogates/map-fit';
export type { ModelOptions, Warp } from './solvers/bayesian/models';
export type { WarmFitOptions } from './surrogates/warm-fit';
export type { SearchOptions } from './solvers/bayesian/search';
export { gaussianProcess, type GaussianProcess, type GaussianProcessOptions, type FittedGaussianProcess } from './surrogates/gaussian-process';
/** Covariances of a Gaussian process. */
export * as kernels from './surrogates/kernels';
export { productKernel } from './surrogates/kernel-product';
export {
  expectedImprovement,
  logExpectedImprovement,
  probabilityOfImprovement,
  confidenceBound,
  logProbabilityOfFeasibility,
} from './acquisitions/expected-improvement';
export { HypervolumeImprovement, ehvi, logEhvi, type Stretch } from './acquisitions/ehvi';
export {
  GreyboxImprovement,
  greyboxEhvi,
  logGreyboxEhvi,
  type ImprovementLevels,
} from './acquisitions/greybox-ehvi';
export { bayesian, type BayesianOptions } from './solvers/bayesian';
export { randomSearch } from './solvers/random';
export { sobolSearch } from './solvers/sobol-search';
export { latinHypercubeSearch } from './solvers/latin-hypercube-search';
export { nsga2 } from './solvers/nsga2';
export { nsga3, type Nsga3Options } from './solvers/nsga3';
export { moead, type MoeadOptions } from './solvers/moead';
export { smsEmoa } from './solvers/sms-emoa';
export { ageingEvolution, type AgeingOptions } from './solvers/ageing-evolution';
export { motpe, type MotpeOptions } from './solvers/motpe';
export type { GenerationalOptions } from './solvers/evolution/generational';
export {
  neededLevel,
  reachByHistory,
  stopByDominance,
  hopeless,
  type LearningCurve,
  type Reach,
  type StopContext,
  type StopVerdict,
} from './early-stop';
export { jointImprovement, qEhvi, logQEhvi, qNoisyEhvi } from './acquisitions/monte-carlo-ehvi';
export { chebyshev, unitScaled, randomWeights } from './acquisitions/scalarise';
export { parego } from './solvers/parego';
export { thompson, type ThompsonOptions } from './solvers/thompson';
export { turbo, type TurboOptions } from './solvers/turbo';
export type { ExtentRules } from './solvers/trust-region/extent';
export { morbo, type MorboOptions } from './solvers/morbo';
export { arsMobopt, type ArsMoboptOptions } from './solvers/ars-mobopt';
export type { RandomSearchOptions } from './solvers/ars/augmented-random-search';
export { ScalarisedImprovement } from './acquisitions/scalarised-improvement';
export { priorOver, type Prior, type Belief, type ValueBelief, type ChoiceBelief } from './prior';
export { withEarlierTrials, type WarmStartOptions } from './warm-start';
export { parameterImportance, type Importance, type ImportanceContext, type ImportanceOptions } from './importance';
export { explain, Explanation, type SliceData, type SurfaceData, type SliceOptions, type CalibrationData } from './explain';
/** What a Bayesian optimiser maximises to find its next point. */
export * as acquisitions from './acquisitions/catalogue';
export { ofBelief, type Acquisition, type AcquisitionState, type BeliefValue, type Place, type PreparedAcquisition } from './acquisitions/acquisition';
export type { SampledOptions } from './acquisitions/sampled-improvement';
