/** A value that a parameter may take: a number, or the name of a choice, or a boolean one. */
export type ParamValue = number | string | boolean;
/** Parameters of a trial by name; a conditional one is left out while its condition does not hold. */
export type Params = Readonly<Record<string, ParamValue>>;

interface DimensionBase {
  /** Present only while this holds of the parameters before it. */
  readonly when?: (params: Params) => boolean;
}

/** Real numbers from `low` to `high`, both included; with `log` even over the logarithm. `space.real` makes one. */
export interface RealDimension extends DimensionBase {
  readonly kind: 'real';
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

/** Whole numbers from `low` to `high`, both included, in steps of `step` (default 1). `space.integer` makes one. */
export interface IntegerDimension extends DimensionBase {
  readonly kind: 'integer';
  readonly low: number;
  readonly high: number;
  readonly step?: number;
  readonly log?: boolean;
}

/** Ordered choices (their order means something); `categorical` ones have none. */
export interface ChoiceDimension<T extends ParamValue = ParamValue> extends DimensionBase {
  readonly kind: 'ordinal' | 'categorical';
  readonly choices: readonly T[];
}

/** What one parameter of a search space may be; `kind` tells which. */
export type Dimension = RealDimension | IntegerDimension | ChoiceDimension;

/** A constraint between parameters: true where allowed. */
export type ParamConstraint = (params: Params) => boolean;

/**
 * Named dimensions in order, and constraints between them. `P` is the type of its parameters, for the compiler only:
 * a space made by `defineSpace` knows which of its parameters are numbers.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a space of any parameters fits everywhere
export interface SearchSpace<P = any> {
  readonly dimensions: Readonly<Record<string, Dimension>>;
  readonly allowed?: readonly ParamConstraint[];
  /** Never set: carries the type of the parameters. */
  readonly paramsType?: P;
}

/** The type of a dimension's values: number, or the union of its choices. */
export type ValueOf<D> = D extends { kind: 'real' | 'integer' }
  ? number
  : D extends { choices: readonly (infer T)[] }
    ? T
    : never;

/** The parameters that dimensions `D` describe; a conditional one may be absent. */
export type ParamsOf<D> = { readonly [K in keyof D]: D[K] extends { conditional: true } ? ValueOf<D[K]> | undefined : ValueOf<D[K]> };

/** What one coordinate of the encoding is: see `columns`. */
export interface Column {
  readonly name: string;
  readonly kind: 'continuous' | 'ordered' | 'categorical';
  /** Number of distinct values; Infinity for a continuous one. */
  readonly levels: number;
}
