export { boxDecomposition, hypervolumeImprovement, type BoxDecomposition } from './box-decomposition';
export { hypervolume, hypervolumeContributions, normalizedHypervolume } from './hypervolume';
export { dominates, nonDominatedSort, paretoFront, crowdingDistance } from './dominance';
export { igd, igdPlus, gd, additiveEpsilon, multiplicativeEpsilon, spread } from './indicators';
export type { Points } from './points';
export { referenceDirections, directionCount, partitionsFor } from './reference-directions';
export { attainment, attainmentSurface } from './attainment';
