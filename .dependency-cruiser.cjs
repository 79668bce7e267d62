'use strict';
// The layers, as rules. A folder of src/ may import the folders in its row, itself, and nothing else of src/.
const base = ['base'];
const matrix = {
  base: [],
  math: base,
  moo: ['base', 'math'],
  problems: ['base', 'math'],
  space: ['base', 'math'],
  study: ['base', 'moo', 'space'],
  optimize: ['base', 'math', 'moo', 'space', 'study'],
  storage: ['base', 'study'],
  datasets: base,
  nn: ['base', 'datasets'],
  compress: ['base', 'datasets', 'nn'],
  deploy: ['base', 'compress'],
  emulate: ['base', 'deploy'],
  plot: ['base', 'math', 'moo', 'space', 'study'],
  notebook: ['base', 'plot', 'study'],
};
matrix.experiment = [...Object.keys(matrix).filter((folder) => !['plot', 'notebook'].includes(folder))];
matrix.views = [...Object.keys(matrix)];
matrix.cli = [...Object.keys(matrix)];

const anyOf = (names) => `(${names.join('|')})`;

/** One rule a folder: whatever of src/ is not in its row is forbidden. */
const layers = Object.entries(matrix).map(([folder, allowed]) => ({
  name: `layer-${folder}`,
  comment: `src/${folder} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing else of src/'}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/[^/]+/', pathNot: `^src/${anyOf([folder, ...allowed])}/` },
}));

/** A package may be imported by these parts of src/ only. */
const only = (name, packages, where) => ({
  name,
  comment: `${packages.join(', ')} only in ${where.join(', ')}.`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${anyOf(where)}/` },
  to: { path: `(^|node_modules/)${anyOf(packages)}(/|$)` },
});

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'unknown-folder',
      comment: 'A folder of src/ that has no row in the matrix.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/${anyOf(Object.keys(matrix))}/` },
      to: {},
    },
    {
      name: 'no-cycles',
      comment: 'No import cycles (a type that points back costs nothing at run time).',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'index-only',
      comment: 'Another folder is imported through its index.ts and not past it.',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'root-index-only',
      comment: 'src/index.ts imports the folders through their index.ts.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index\\.ts$' },
    },
    {
      name: 'not-from-root',
      comment: 'No folder imports the package as a whole: that would make a cycle of everything.',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    only('tensorflow-only', ['@tensorflow'], ['nn', 'compress']),
    only('plotly-only', ['plotly\\.js', 'plotly\\.js-dist-min'], ['plot']),
    only('tslab-only', ['tslab', 'zeromq'], ['notebook']),
    {
      name: 'unresolvable',
      comment: 'Imports a module that is not there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What is published must not need a development dependency.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev'],
        dependencyTypesNot: ['npm-peer', 'type-only'],
        pathNot: ['^node_modules/@types/', 'node_modules/tslab/'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['require', 'node', 'default', 'types'],
      mainFields: ['main', 'types'],
    },
  },
};
