import type { CandidateResult, Task } from '../experiment';
import { addRenderer, table, titled, type Rich } from '../notebook';
import { Explanation, type FittedGaussianProcess, type Importance } from '../optimize';
import type { SearchSpace } from '../space';
import type { Constraint, Objective, OptimizerContext, Suggestion } from '../study';
import { architectureView } from './networks';
import { facts, grouped, has, is, percent } from './parts';

interface Goals {
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
}
const isCandidate = is<CandidateResult>({ network: 'object', graph: 'object', memory: 'object', values: 'object', integer: 'object' });
const isSpace = is<SearchSpace>({ dimensions: 'object' }, ({ dimensions }) => Object.values(dimensions).every((one) => has(one, { kind: 'string' })));
const isTask = is<Task>({ dataset: 'object', board: 'object', architecture: 'function' });
const isObjective = is<Objective>({ name: 'string', direction: 'string' });
const isObjectives = (value: unknown): value is readonly Objective[] => Array.isArray(value) && value.length > 0 && value.every(isObjective);
const isGoals = is<Goals>({ objectives: 'array', constraints: 'array' }, (value) => isObjectives(value.objectives) && !('trials' in value));
const isContext = is<OptimizerContext>({ space: 'object', objectives: 'array', constraints: 'array', history: 'array', pending: 'array' });
const isSuggestions = (value: unknown): value is readonly Suggestion[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => has(one, { params: 'object' }) && !has(one, { number: 'number' }));
const isImportances = (value: unknown): value is readonly Importance[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => has(one, { parameter: 'string', share: 'number' }));
const isPosterior = is<FittedGaussianProcess>({ predict: 'function', logMarginalLikelihood: 'number', hyperparameters: 'object' });

function candidateView({ network, memory, values, float, integer, folder }: CandidateResult): Rich {
  const about = facts({
    'accuracy, float': percent(float.accuracy),
    'accuracy, integer': percent(integer.accuracy),
    flash: `${grouped(values.rom)} B`,
    RAM: `${grouped(values.ram)} B`,
    arena: `${grouped(memory.arenaBytes)} B`,
    MACs: grouped(values.macs),
    folder,
  });
  return titled('Candidate', about, architectureView(network.architecture));
}

function spaceView({ dimensions, allowed = [] }: SearchSpace): Rich {
  const rows = Object.entries(dimensions).map(([name, dimension]) => ({ name, ...dimension, ...('when' in dimension && dimension.when ? { when: 'conditional' } : {}) }));
  return titled(`Search space of ${rows.length} dimensions${allowed.length > 0 ? `, ${allowed.length} constraints` : ''}`, table(rows));
}

function taskView({ dataset, board, scheme = 'int8', passes, measure, folder, ...rest }: Task): Rich {
  const given = ['architecture', 'pruning', 'training'].filter((name) => name in rest).join(', ');
  return titled('Task', facts({ 'data set': dataset.name, board: board.title, scheme, 'from the parameters': given, passes: passes?.length, measured: measure ? 'on the emulator' : undefined, folder }));
}

const objectivesView = (objectives: readonly Objective[]): Rich =>
  table(objectives.map(({ name, direction, known, reference, label }) => ({ objective: label ?? name, aim: direction, known: known ? 'before training' : 'by trials', 'worst of interest': reference })));

function goalsView({ objectives, constraints }: Goals): Rich {
  const limits = constraints.map(({ name, lower, upper, known }) => ({ constraint: name, lower, upper, known: known ? 'before training' : 'by trials' }));
  return titled(`${objectives.length} objectives, ${constraints.length} constraints`, objectivesView(objectives), ...(limits.length > 0 ? [table(limits)] : []));
}

function contextView({ history, pending, space, ...goals }: OptimizerContext): Rich {
  return titled(`What an optimiser is told: ${history.length} finished trials, ${pending.length} running`, spaceView(space), goalsView(goals));
}

function suggestionsView(suggestions: readonly Suggestion[]): Rich {
  const plain = ([, value]: [string, unknown]): boolean => typeof value !== 'object';
  return table(suggestions.map(({ params, explanation }) => ({ ...params, ...Object.fromEntries(Object.entries(explanation ?? {}).filter(plain)) })));
}

function posteriorView({ logMarginalLikelihood, hyperparameters }: FittedGaussianProcess): Rich {
  const short = (value: number): string => String(Number(value.toPrecision(4)));
  const list = (value: unknown): string => Array.from(value as ArrayLike<number>, short).join(', ');
  const settings = Object.entries(hyperparameters).map(([name, value]): [string, string] => [name, typeof value === 'number' ? short(value) : list(value)]);
  return titled('Gaussian process', facts({ ...Object.fromEntries(settings), 'log marginal likelihood': short(logMarginalLikelihood) }));
}

export function registerSearches(): void {
  addRenderer(isSuggestions, suggestionsView);
  addRenderer(isImportances, (rows) => table(rows));
  addRenderer(isSpace, spaceView);
  addRenderer(isObjectives, objectivesView);
  addRenderer(isGoals, goalsView);
  addRenderer(isContext, contextView);
  addRenderer(isTask, taskView);
  addRenderer(isPosterior, posteriorView);
  addRenderer((value): value is Explanation => value instanceof Explanation, (explanation) => titled('What a study believes', table(explanation.describe())));
  addRenderer(isCandidate, candidateView);
}
