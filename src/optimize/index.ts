export { gaussianProcess, type GaussianProcessOptions, type FittedGaussianProcess } from './surrogates/gaussian-process';
export * as kernels from './surrogates/kernels';
export {
  expectedImprovement,
  logExpectedImprovement,
  probabilityOfImprovement,
  confidenceBound,
  logProbabilityOfFeasibility,
} from './acquisitions/expected-improvement';
export { HypervolumeImprovement, ehvi, logEhvi } from './acquisitions/ehvi';
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
