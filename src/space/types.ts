export type ParamValue = number | string | boolean;
export type Params = Readonly<Record<string, ParamValue>>;

interface DimensionBase {
  /** Present only while this holds of the parameters before it. */
  readonly when?: (params: Params) => boolean;
}

export interface RealDimension extends DimensionBase {
  readonly kind: 'real';
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

export interface IntegerDimension extends DimensionBase {
  readonly kind: 'integer';
  readonly low: number;
  readonly high: number;
  readonly step?: number;
  readonly log?: boolean;
}

/** Ordered choices (their order means something); `categorical` ones have none. */
export interface ChoiceDimension extends DimensionBase {
  readonly kind: 'ordinal' | 'categorical';
  readonly choices: readonly ParamValue[];
}

export type Dimension = RealDimension | IntegerDimension | ChoiceDimension;

/** A constraint between parameters: true where allowed. */
export type ParamConstraint = (params: Params) => boolean;

export interface SearchSpace {
  readonly dimensions: Readonly<Record<string, Dimension>>;
  readonly allowed?: readonly ParamConstraint[];
}
