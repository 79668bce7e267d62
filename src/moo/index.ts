export { boxDecomposition, type BoxDecomposition } from './box-decomposition';
