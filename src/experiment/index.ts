export { defineTask, knownCosts, objectivesOf, candidateArchitecture, type CostName, type KnownCosts, type Limits, type Pruning, type Task, type TaskData } from './task';
export {
  argmax,
  evaluateGraph,
  evaluateNetwork,
  quantizeCandidate,
  quantizedInputs,
  trainCandidate,
  type IntegerEvaluation,
  type Trained,
  type TrainingWork,
} from './stages';
export { evaluateCandidate, objectiveFunction, trialFolder, type CandidateResult, type ObjectiveFunctionOptions } from './evaluate-candidate';
export { restoreCandidate, type RestoredCandidate } from './restore';
export { measureSteps, fitLatency, type StepSample } from './fit-latency';
export * from './executors';
export { measureCost, costUnit, type MeasuredCost } from './measure';
