export type * from './types';
export { real, integer, ordinal, categorical, boolean, fixed, when } from './dimensions';
export { defineSpace, dimensionNames, columns, isAllowed, checkParams, contains } from './define';
export { encode, decode, encodeValue, decodeValue, imputedCoordinate, key } from './encode';
export { enumerate, cardinality, sample, neighbours } from './enumerate';
export { levelCount, levelValue, levelOf } from './levels';
