/* Acquisitions by name, for `bayesian({ acquisition: acquisitions.qLogNehvi() })`. One file each, one line here. */
export { logExpectedImprovement } from './log-expected-improvement';
export { probabilityOfImprovement } from './probability-of-improvement';
export { upperConfidenceBound } from './confidence-bound';
export { probabilityOfFeasibility } from './probability-of-feasibility';
export { logEhvi } from './log-ehvi';
export { qEhvi, qLogEhvi } from './q-ehvi';
export { qNehvi, qLogNehvi } from './q-nehvi';
