import { addRenderer, table, titled, type Rich } from '../notebook';
import type { Column, Dimension, SearchSpace } from '../space';
import { facts, has, is, listOf } from './parts';

const kinds: readonly string[] = ['real', 'integer', 'ordinal', 'categorical'] satisfies readonly Dimension['kind'][];
const isDimension = (value: unknown): value is Dimension =>
  has(value, { kind: 'string' }) && kinds.includes((value as Dimension).kind) && (has(value, { low: 'number', high: 'number' }) || has(value, { choices: 'array' }));
const isDimensions = (value: unknown): value is Readonly<Record<string, Dimension>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0 && Object.values(value).every(isDimension);
const isSpace = is<SearchSpace>({ dimensions: 'object' }, ({ dimensions }) => isDimensions(dimensions));
const isColumn = is<Column>({ name: 'string', kind: 'string', levels: 'number' });

const conditional = (dimension: Dimension): object => (dimension.when ? { when: 'conditional' } : {});

const dimensionsView = (dimensions: Readonly<Record<string, Dimension>>): Rich =>
  table(Object.entries(dimensions).map(([name, dimension]) => ({ name, ...dimension, ...conditional(dimension) })));

/** One dimension, which does not know its name. */
function dimensionView(dimension: Dimension): Rich {
  const { kind, when } = dimension;
  const range = 'choices' in dimension
    ? { choices: dimension.choices.join(', ') }
    : { from: dimension.low, to: dimension.high, step: 'step' in dimension ? dimension.step : undefined, scale: dimension.log ? 'logarithmic' : undefined };
  const use = 'space.defineSpace({ name: … })';
  return titled(`Dimension, ${kind}`, facts({ ...range, present: when ? 'under a condition' : undefined, use }));
}

/** Dimensions, constraints between them. */
export function spaceView({ dimensions, allowed = [] }: SearchSpace): Rich {
  const constraints = allowed.length > 0 ? `, ${allowed.length} constraints` : '';
  return titled(`Search space of ${Object.keys(dimensions).length} dimensions${constraints}`, dimensionsView(dimensions));
}

/** Makes search spaces and what they are made of show themselves. */
export function registerSpaces(): void {
  addRenderer(listOf(isColumn), (columns) => table(columns.map(({ name, kind, levels }) => ({ name, kind, levels: Number.isFinite(levels) ? levels : 'any' }))));
  addRenderer(isDimensions, dimensionsView);
  addRenderer(isDimension, dimensionView);
  addRenderer(isSpace, spaceView);
}
