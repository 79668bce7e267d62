import { addRenderer, table, titled, type Rich } from '../notebook';
import type { Problem } from '../problems';
import type { ArtifactStore } from '../storage';
import type { StudyStorage } from '../study';
import { partOf } from './catalogue';
import { facts, has, is } from './parts';

const isPart = (value: unknown): value is object => typeof value === 'object' && value !== null && partOf.has(value);

const isClass = (value: unknown): boolean => typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

/** What a part exports, by kind; every function's own documentation is a completion (Shift+Tab) away. */
function partView(part: object): Rich {
  const { name, purpose } = partOf.get(part)!;
  const entries = Object.entries(part).sort(([a], [b]) => a.localeCompare(b, 'en'));
  const names = (of: (value: unknown) => boolean): string => entries.filter(([, value]) => of(value)).map(([one]) => one).join(', ');
  const rows = [
    { kind: 'functions', names: names((value) => typeof value === 'function' && !isClass(value)) },
    { kind: 'classes', names: names(isClass) },
    { kind: 'values', names: names((value) => typeof value !== 'function') },
  ];
  return titled(`${name}: ${purpose}`, table(rows.filter((row) => row.names !== '')));
}

/** The whole: an object of nothing but parts. */
const isToolkit = (value: unknown): value is Readonly<Record<string, object>> =>
  value !== null && typeof value === 'object' && Object.keys(value).length > 10 && Object.values(value).every((one) => isPart(one));

const toolkitView = (toolkit: Readonly<Record<string, object>>): Rich =>
  titled('Paretino', table(Object.values(toolkit).map((part) => partOf.get(part)!)));

const isRng = is<{ readonly seed: number | string }>({ next: 'function', normal: 'function', shuffle: 'function', integer: 'function' }, (value) => 'seed' in value);

const isProblem = is<Problem>({ name: 'string', bounds: 'array', objectiveCount: 'number', constraintCount: 'number', evaluate: 'function' });

function problemView({ name, bounds, objectiveCount, constraintCount, integers = [], reference, bestHypervolume }: Problem): Rich {
  const about = facts({
    variables: `${bounds.length}${integers.length > 0 ? `, ${integers.length} of them rounded` : ''}`,
    objectives: `${objectiveCount}, all minimised`,
    constraints: constraintCount,
    'reference point': reference?.map((value) => Number(value.toPrecision(5))).join(', '),
    'best known hypervolume': bestHypervolume === undefined ? undefined : Number(bestHypervolume.toPrecision(5)),
  });
  const limits = bounds.map(([low, high], i) => ({ variable: i, low, high, rounded: integers.includes(i) ? 'yes' : '' }));
  return titled(`${name}, a test problem`, about, table(limits));
}

const isStorage = is<StudyStorage>({ description: 'string', studyNames: 'function', open: 'function', deleteStudy: 'function' });

const isArtifactStore = is<ArtifactStore>({ path: 'string', put: 'function', putFolder: 'function', restore: 'function' });

/** Kinds of strategy: what gives one away, what it is called, and where it goes. */
const strategies: readonly { readonly methods: readonly string[]; readonly kind: string; readonly use: string }[] = [
  { methods: ['suggest'], kind: 'Optimiser', use: 'study.createStudy({ optimizer })' },
  { methods: ['score'], kind: 'Pruning heuristic', use: 'compress.trainWithPruning(…, { heuristic }), or pruning of a task' },
  { methods: ['sparsityAt'], kind: 'Pruning schedule', use: 'compress.trainWithPruning(…, { pruningSchedule }), or pruning of a task' },
  { methods: ['create'], kind: 'Observer of ranges', use: 'compress.calibrate(…, { observer })' },
  { methods: ['update'], kind: 'Optimiser of weights', use: 'nn.train(…, { optimizer }), or training of a task' },
  { methods: ['factorAt'], kind: 'Schedule of the learning rate', use: 'nn.train(…, { schedule }), or training of a task' },
  { methods: ['evaluate', 'close'], kind: 'Executor', use: 'experiment.runParallel(study, executor, …)' },
  { methods: ['evaluate'], kind: 'Kernel of a Gaussian process', use: 'optimize.gaussianProcess({ kernel }), or models: { kernels } of optimize.bayesian' },
  { methods: ['prepare'], kind: 'Acquisition', use: 'optimize.bayesian({ acquisition })' },
  { methods: ['present', 'load'], kind: 'Candidate for a data set', use: 'datasets.firstAvailable([candidate, …])' },
  { methods: ['missing', 'run'], kind: 'Runner', use: 'run(firmware, inputs)' },
];

interface Strategy {
  readonly name: string;
  missing?(): unknown;
}

const strategyOf = (value: unknown): (typeof strategies)[number] | undefined => {
  if (!has(value, { name: 'string' }) || Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  const known = strategies.find(({ methods }) => methods.every((method) => has(value, { [method]: 'function' })));
  // Plain data beside the methods, and nothing else: what is more than a strategy has a view of its own.
  const plain = Object.values(value as object).every((one) => ['string', 'number', 'boolean', 'function'].includes(typeof one));
  return known !== undefined && plain ? known : undefined;
};
const isStrategy = (value: unknown): value is Strategy => strategyOf(value) !== undefined;

function strategyView(strategy: Strategy): Rich {
  const { kind, use } = strategyOf(strategy)!;
  const settings = Object.entries(strategy).filter(([name, value]) => name !== 'name' && typeof value !== 'function');
  return titled(`${kind} '${strategy.name}'`, facts({ ...Object.fromEntries(settings), use }));
}

/** Makes the parts of the toolkit, and what they are parametrised with, show themselves. */
export function registerPartsOfToolkit(): void {
  addRenderer(isStrategy, strategyView);
  addRenderer(isStorage, ({ description }) => titled('Storage of studies', facts({ where: description, use: 'study.createStudy({ storage })' })));
  addRenderer(isArtifactStore, ({ path }) => titled('Artifact store', facts({ folder: path, use: 'trial.attach(store.put(name, content))' })));
  addRenderer(isProblem, problemView);
  addRenderer(isPart, partView);
  addRenderer(isToolkit, toolkitView);
  addRenderer(isRng, ({ seed }) => titled('Random numbers', facts({ seed, use: 'next(), integer(low, high), normal(), shuffle(list)' })));
}
