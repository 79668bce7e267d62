import type { BoxDecomposition } from '../moo';
import { addRenderer, table, titled, type Rich } from '../notebook';
import {
  Explanation, GreyboxImprovement, HypervolumeImprovement, ScalarisedImprovement,
  type CalibrationData, type FittedGaussianProcess, type GaussianProcess, type Importance, type Prior, type SliceData, type SurfaceData,
} from '../optimize';
import { posteriorContour, posteriorSlice, surrogateCalibration, type Figure } from '../plot';
import { facts, grouped, is, listOf } from './parts';

const isImportance = is<Importance>({ parameter: 'string', share: 'number' });
const isFitted = is<FittedGaussianProcess>({ predict: 'function', logMarginalLikelihood: 'number', hyperparameters: 'object' });
const isUnfitted = is<GaussianProcess>({ fit: 'function', kernel: 'object', given: 'object' });
const isSlice = is<SliceData>({ parameter: 'string', objective: 'string', x: 'array', mean: 'array', deviation: 'array' });
const isSurface = is<SurfaceData>({ xName: 'string', yName: 'string', zName: 'string', x: 'array', y: 'array', z: 'array' });
const isCalibration = is<CalibrationData>({ objective: 'string', observed: 'array', mean: 'array', deviation: 'array', within: 'number' });
const isPrior = is<Prior>({ logDensity: 'function' });
const isBoxes = is<BoxDecomposition>({ m: 'number', count: 'number', lower: 'object', upper: 'object' });
/** What `predict` gives: nothing but as many variances as means. */
const isPrediction = is<{ readonly mean: readonly number[]; readonly variance: readonly number[] }>({ mean: 'array', variance: 'array' }, (value) =>
  Object.keys(value).length === 2 && value.mean.length === value.variance.length);

const short = (value: number): string => String(Number(value.toPrecision(4)));
const numbers = (value: unknown): string => (typeof value === 'number' ? short(value) : Array.from(value as ArrayLike<number>, short).join(', '));
const settings = (record: object): Record<string, string> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined).map(([name, value]) => [name, numbers(value)]));

const fittedView = ({ logMarginalLikelihood, hyperparameters }: FittedGaussianProcess): Rich =>
  titled('Gaussian process', facts({ ...settings(hyperparameters), 'log marginal likelihood': short(logMarginalLikelihood) }));

/** Before it has seen anything: what is given, and that the rest is fitted. */
function unfittedView({ kernel, given }: GaussianProcess): Rich {
  const { kernel: _, kinds, ...hyperparameters } = given;
  const rest = given.lengthscales === undefined ? 'fitted: maximum a posteriori' : 'as given';
  return titled('Gaussian process, before it is fitted', facts({ kernel: kernel.name, columns: kinds?.join(', '), ...settings(hyperparameters), 'hyper-parameters': rest, use: 'fit(x, y)' }));
}

const sliceFigure = (slice: SliceData): Figure => posteriorSlice(slice, { title: `${slice.objective} along ${slice.parameter}` });

/** Makes surrogates, what they believe, and what is made of their beliefs show themselves. */
export function registerSurrogates(): void {
  addRenderer(listOf(isImportance), (rows) => table(rows));
  addRenderer(isFitted, fittedView);
  addRenderer(isUnfitted, unfittedView);
  addRenderer(isPrediction, ({ mean, variance }) => table(mean.map((value, row) => ({ row, mean: value, deviation: Math.sqrt(variance[row]) }))));
  addRenderer(isPrior, () => titled('Belief about where good parameters lie', facts({ use: 'optimize.bayesian({ prior })' })));
  addRenderer(isBoxes, ({ m, count }) => titled('What is not dominated yet', facts({ objectives: m, boxes: grouped(count) })));
  for (const kind of [HypervolumeImprovement, GreyboxImprovement, ScalarisedImprovement])
    addRenderer((value): value is object => value instanceof kind, ({ constructor }) => titled(constructor.name, facts({ use: 'its methods give the expected improvement of a belief' })));
  addRenderer((value): value is Explanation => value instanceof Explanation, (explanation) => titled('What a study believes', table(explanation.describe())));
  // Figures, where there is one for the data.
  addRenderer(isSlice, sliceFigure);
  addRenderer(isSurface, (surface) => posteriorContour(surface, { title: surface.zName }));
  addRenderer(isCalibration, (calibration) => surrogateCalibration(calibration));
}
