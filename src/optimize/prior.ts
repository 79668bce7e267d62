/*
 * What a user believes about where the optimum lies, before any trial (πBO: Hvarfner, Stoll, Souza, Lindauer, Hutter and
 * Nardi 2022, "πBO: augmenting acquisition functions with user beliefs", arXiv 2204.11051): the acquisition is
 * multiplied by π(x)^(β/n), so that a belief leads at first and fades with each of the n trials, wrong ones too.
 */
import { check, type Rng } from '../base';
import { normal } from '../math';
import { encodeValue, levelCount, levelOf, type Dimension, type ParamValue, type SearchSpace } from '../space';

/** Where the best value of a numeric or ordinal parameter is expected. */
export interface ValueBelief {
  /** The value near which the best one is believed to lie. */
  readonly best: ParamValue;
  /** Standard deviation, as a share of the parameter's range (of its logarithm, where it is logarithmic). Default 0.15. */
  readonly spread?: number;
}

/** How likely each choice of a categorical parameter is the best: weights by choice; one left out counts 0. */
export type ChoiceBelief = Readonly<Record<string, number>>;

/** What a user believes of one parameter: a value near which the best one lies, or weights of choices. */
export type Belief = ValueBelief | ChoiceBelief;

/** A density over the unit cube, up to a factor; never 0. */
export interface Prior {
  /** log π(u) at coordinates u (d); with `gradient` (d) adds ∂/∂u times `factor`. */
  logDensity(u: ArrayLike<number>, gradient?: Float64Array, factor?: number): number;
}

/** Share of the belief that is spread over the whole of a parameter's range, whatever is believed. */
const DOUBT = 0.05;

type Column = (u: number, slope: boolean) => { value: number; slope: number };

function valueColumn(name: string, dimension: Dimension, belief: ValueBelief): Column {
  const { best, spread = 0.15 } = belief;
  check(spread > 0 && Number.isFinite(spread), `beliefs.${name}.spread`, spread, 'a share of the range > 0');
  const inside = dimension.kind === 'real' ? (best as number) >= dimension.low && (best as number) <= dimension.high : levelOf(dimension, best) >= 0;
  check(inside, `beliefs.${name}.best`, best, `a value of this ${dimension.kind} dimension`);
  const centre = encodeValue(dimension, best);
  // A normal density cut to [0, 1].
  const top = (1 - DOUBT) / (spread * Math.sqrt(2 * Math.PI) * (normal.cdf((1 - centre) / spread) - normal.cdf(-centre / spread)));
  return (u, withSlope) => {
    const z = (u - centre) / spread;
    const bell = top * Math.exp(-0.5 * z * z);
    return { value: Math.log(bell + DOUBT), slope: withSlope ? (-z / spread) * (bell / (bell + DOUBT)) : 0 };
  };
}

function choiceColumn(name: string, dimension: Dimension & { kind: 'categorical' }, belief: ChoiceBelief): Column {
  const choices = dimension.choices.map(String);
  for (const [choice, weight] of Object.entries(belief)) {
    check(choices.includes(choice), `beliefs.${name}`, choice, `one of the choices ${choices.join(', ')}`);
    check(weight >= 0 && Number.isFinite(weight), `beliefs.${name}.${choice}`, weight, 'a weight ≥ 0');
  }
  const total = choices.reduce((sum, choice) => sum + (belief[choice] ?? 0), 0);
  check(total > 0, `beliefs.${name}`, belief, 'a weight > 0 for one choice at least');
  const logs = choices.map((choice) => Math.log(((1 - DOUBT) * (belief[choice] ?? 0)) / total + DOUBT / choices.length));
  return (u) => ({ value: logs[Math.min(choices.length - 1, Math.max(0, Math.floor(u * choices.length)))], slope: 0 });
}

/**
 * A prior from beliefs about some of a space's parameters, each on its own:
 * `priorOver(space, { rate: { best: 1e-3, spread: 0.1 }, optimizer: { adam: 3, sgd: 1 } })`.
 * @throws ArgumentError naming the parameter
 */
export function priorOver(space: SearchSpace, beliefs: Readonly<Record<string, Belief>>): Prior {
  const names = Object.keys(space.dimensions);
  const columns = Object.entries(beliefs).map(([name, belief]): [number, Column] => {
    check(names.includes(name), `beliefs.${name}`, belief, `one of the dimensions ${names.join(', ')}`);
    const dimension = space.dimensions[name];
    if (dimension.kind === 'categorical') return [names.indexOf(name), choiceColumn(name, dimension as never, belief as ChoiceBelief)];
    check((belief as ValueBelief).best !== undefined, `beliefs.${name}`, belief, '{ best, spread? }');
    return [names.indexOf(name), levelCount(dimension) > 1 ? valueColumn(name, dimension, belief as ValueBelief) : () => ({ value: 0, slope: 0 })];
  });
  return {
    logDensity(u, gradient, factor = 1) {
      let sum = 0;
      for (const [k, column] of columns) {
        const { value, slope } = column(u[k], gradient !== undefined);
        sum += value;
        if (gradient) gradient[k] += factor * slope;
      }
      return sum;
    },
  };
}

/** `count` of the points, drawn without replacement in proportion to the prior (Gumbel noise on its logarithm). */
export function drawByPrior<T extends { readonly u: ArrayLike<number> }>(points: readonly T[], prior: Prior, count: number, rng: Rng): T[] {
  return points
    .map((point) => ({ point, merit: prior.logDensity(point.u) - Math.log(-Math.log(1 - rng.next())) }))
    .sort((a, b) => b.merit - a.merit)
    .slice(0, count)
    .map(({ point }) => point);
}
