/*
 * Stationary correlation functions of the scaled squared distance r² = Σ ((xₖ − x′ₖ)/ℓₖ)², Rasmussen and Williams (2006)
 * chapter 4, each with its slope d/d(r²), which is all that gradients in lengthscales and in x need.
 */

/** A radial kernel: correlation 1 at r² = 0. */
export interface RadialKernel {
  /** As the kernels are chosen by. */
  readonly name: string;
  /** Writes f(r²[i]) and, where asked, f′(r²[i]), i < count. */
  evaluate(r2: Float64Array, count: number, value: Float64Array, slope?: Float64Array): void;
}

/** Matérn ν = 5/2: twice differentiable. */
export const matern52: RadialKernel = {
  name: 'matern52',
  evaluate(r2, count, value, slope) {
    for (let i = 0; i < count; i++) {
      const a = Math.sqrt(5 * r2[i]);
      const e = Math.exp(-a);
      value[i] = (1 + a + (5 / 3) * r2[i]) * e;
      if (slope) slope[i] = (-5 / 6) * (1 + a) * e;
    }
  },
};

/** Matérn ν = 3/2: once differentiable. */
export const matern32: RadialKernel = {
  name: 'matern32',
  evaluate(r2, count, value, slope) {
    for (let i = 0; i < count; i++) {
      const a = Math.sqrt(3 * r2[i]);
      const e = Math.exp(-a);
      value[i] = (1 + a) * e;
      if (slope) slope[i] = -1.5 * e;
    }
  },
};

/** Matérn ν = 1/2, the exponential kernel: continuous, rough. Its slope at 0 is taken as 0. */
export const matern12: RadialKernel = {
  name: 'matern12',
  evaluate(r2, count, value, slope) {
    for (let i = 0; i < count; i++) {
      const r = Math.sqrt(r2[i]);
      const e = Math.exp(-r);
      value[i] = e;
      if (slope) slope[i] = r > 0 ? (-0.5 * e) / r : 0;
    }
  },
};

/** Squared exponential: infinitely differentiable. */
export const rbf: RadialKernel = {
  name: 'rbf',
  evaluate(r2, count, value, slope) {
    for (let i = 0; i < count; i++) {
      const e = Math.exp(-0.5 * r2[i]);
      value[i] = e;
      if (slope) slope[i] = -0.5 * e;
    }
  },
};
