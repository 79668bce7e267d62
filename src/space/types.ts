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
  /** Tells it from the other dimensions. */
  readonly kind: 'real';
  /** Least value, included. */
  readonly low: number;
  /** Greatest value, included. */
  readonly high: number;
  /** Even over the logarithm, which wants `low` > 0; default false. */
  readonly log?: boolean;
}

/** Whole numbers from `low` to `high`, both included, in steps of `step` (default 1). `space.integer` makes one. */
export interface IntegerDimension extends DimensionBase {
  /** Tells it from the other dimensions. */
  readonly kind: 'integer';
  /** Least value, included. */
  readonly low: number;
  /** Greatest value, included where the steps meet it. */
  readonly high: number;
  /** From one value to the next; default 1. */
  readonly step?: number;
  /** Even over the logarithm, which wants `low` > 0; default false. */
  readonly log?: boolean;
}

/** Ordered choices (their order means something); `categorical` ones have none. */
export interface ChoiceDimension<T extends ParamValue = ParamValue> extends DimensionBase {
  /** Whether the order of the choices means something. */
  readonly kind: 'ordinal' | 'categorical';
  /** The values; of an ordinal one in their order. */
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
  /** By name, in the order in which they were declared. */
  readonly dimensions: Readonly<Record<string, Dimension>>;
  /** Constraints between parameters, which all have to hold; default none. */
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
  /** The dimension that it encodes. */
  readonly name: string;
  /** Real numbers, values in an order, or choices without one. */
  readonly kind: 'continuous' | 'ordered' | 'categorical';
  /** Number of distinct values; Infinity for a continuous one. */
  readonly levels: number;
}
