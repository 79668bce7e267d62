import type { CandidateResult, RestoredCandidate, Task, Trained } from '../experiment';
import { addRenderer, table, titled, type Rich } from '../notebook';
import type { Artifact, Constraint, Objective, OptimizerContext, Suggestion } from '../study';
import { architectureView } from './networks';
import { facts, grouped, has, is, listOf, percent } from './parts';
import { spaceView } from './spaces';

interface Goals {
  readonly objectives: readonly Objective[];
  readonly constraints: readonly Constraint[];
}
const isCandidate = is<CandidateResult>({ network: 'object', graph: 'object', memory: 'object', values: 'object', integer: 'object' });
const isRestored = is<RestoredCandidate>({ network: 'object', quantized: 'object', graph: 'object', memory: 'object' });
const isTrained = is<Trained>({ network: 'object', history: 'object' }, (value) => Object.keys(value).every((key) => ['network', 'history', 'pruned'].includes(key)));
const isTask = is<Task>({ dataset: 'object', board: 'object', architecture: 'function' });
const isObjective = is<Objective>({ name: 'string', direction: 'string' });
const isObjectives = listOf(isObjective);
/** A name and a limit, and nothing that makes it something else. */
const isConstraint = is<Constraint>({ name: 'string' }, (value) =>
  (value.upper !== undefined || value.lower !== undefined) && Object.keys(value).every((key) => ['name', 'upper', 'lower', 'known'].includes(key)));
const isArtifacts = listOf(is<Artifact>({ id: 'string', filename: 'string', mimetype: 'string' }));
const isGoals = is<Goals>({ objectives: 'array', constraints: 'array' }, (value) => isObjectives(value.objectives) && !('trials' in value));
const isContext = is<OptimizerContext>({ space: 'object', objectives: 'array', constraints: 'array', history: 'array', pending: 'array' });
const isSuggestions = listOf(is<Suggestion>({ params: 'object' }, (one) => !has(one, { number: 'number' })));

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

/** A candidate that a trial left on disk. */
const restoredView = ({ network, memory }: RestoredCandidate): Rich =>
  titled('Candidate, restored', facts({ flash: `${grouped(memory.romBytes)} B`, RAM: `${grouped(memory.ramBytes)} B`, arena: `${grouped(memory.arenaBytes)} B`, MACs: grouped(memory.macs) }), architectureView(network.architecture));

function taskView({ dataset, board, scheme = 'int8', passes, measure, folder, ...rest }: Task): Rich {
  const given = ['architecture', 'pruning', 'training'].filter((name) => name in rest).join(', ');
  return titled('Task', facts({ 'data set': dataset.name, board: board.title, scheme, 'from the parameters': given, passes: passes?.length, measured: measure ? 'on the emulator' : undefined, folder }));
}

const objectivesView = (objectives: readonly Objective[]): Rich =>
  table(objectives.map(({ name, direction, known, reference, label }) => ({ objective: label ?? name, aim: direction, known: known ? 'before training' : 'by trials', 'worst of interest': reference })));

const constraintsView = (constraints: readonly Constraint[]): Rich =>
  table(constraints.map(({ name, lower, upper, known }) => ({ constraint: name, lower, upper, known: known ? 'before training' : 'by trials' })));

function goalsView({ objectives, constraints }: Goals): Rich {
  return titled(`${objectives.length} objectives, ${constraints.length} constraints`, objectivesView(objectives), ...(constraints.length > 0 ? [constraintsView(constraints)] : []));
}

function contextView({ history, pending, space, ...goals }: OptimizerContext): Rich {
  return titled(`What an optimiser is told: ${history.length} finished trials, ${pending.length} running`, spaceView(space), goalsView(goals));
}

function suggestionsView(suggestions: readonly Suggestion[]): Rich {
  const plain = ([, value]: [string, unknown]): boolean => typeof value !== 'object';
  return table(suggestions.map(({ params, explanation }) => ({ ...params, ...Object.fromEntries(Object.entries(explanation ?? {}).filter(plain)) })));
}

export function registerSearches(): void {
  addRenderer(isSuggestions, suggestionsView);
  addRenderer(isObjectives, objectivesView);
  addRenderer(isObjective, (objective) => objectivesView([objective]));
  addRenderer(listOf(isConstraint), constraintsView);
  addRenderer(isConstraint, (constraint) => constraintsView([constraint]));
  addRenderer(isArtifacts, (artifacts) => table(artifacts.map(({ filename, mimetype, id }) => ({ file: filename, type: mimetype, id }))));
  addRenderer(isTrained, ({ history, pruned, network }) => titled('Trained', history, pruned ?? architectureView(network.architecture)));
  addRenderer(isRestored, restoredView);
  addRenderer(isGoals, goalsView);
  addRenderer(isContext, contextView);
  addRenderer(isTask, taskView);
  addRenderer(isCandidate, candidateView);
}
