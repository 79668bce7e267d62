/** The normal distribution, exact in its tails. */
export * as normal from './normal';
export { erf, erfc, erfcx } from './erf';
export { lgamma, digamma } from './gamma';
export {
  cholesky,
  choleskyInPlace,
  choleskyWithJitter,
  choleskyAppend,
  choleskySolve,
  choleskyInverse,
  solveLower,
  solveLowerTransposed,
  logDeterminant,
  dot,
  NotPositiveDefiniteError,
} from './cholesky';
export { minimizeBounded, minimizeBoundedSteps, type BoundedProblem, type BoundedOptions, type BoundedResult } from './lbfgsb';
export { sobol, scrambledSobol, SOBOL_MAX_DIMENSIONS } from './sobol';
export { halton } from './halton';
export { centeredDiscrepancy } from './centered-discrepancy';
export { nonNegativeLeastSquares } from './nnls';
export { latinHypercube } from './latin-hypercube';
export { goldenSection } from './golden-section';
export { boxCox, boxCoxInverse, fitBoxCox } from './box-cox';
export { kumaraswamyCdf, kumaraswamyQuantile } from './kumaraswamy';
export { yeoJohnson, yeoJohnsonInverse, fitYeoJohnson } from './yeo-johnson';
export { mannWhitney, holm, type RankTest, type RankTestOptions } from './mann-whitney';
export { sobolIndices, type Sensitivity } from './sensitivity';
