export { gaussianProcess, type GaussianProcessOptions, type FittedGaussianProcess } from './surrogates/gaussian-process';
export * as kernels from './surrogates/kernels';
