'use strict';

// TinyMix's space, objectives and constraints are plain data whose fields are those of `Dimension`, `Objective` and
// `Constraint`, where they are explained.
const data = [
  ...Object.entries({
    integer: ['blocks', 'filters', 'resolution'],
    choice: ['kernel', 'type', 'activation', 'bits'],
    real: ['learningRate', 'dropout'],
  }).flatMap(([kind, names]) =>
    names.flatMap((name) =>
      ['', '.__type.kind', ...(kind === 'choice' ? ['.__type.choices'] : ['.__type.low', '.__type.high'])].map(
        (field) => `problems.tinyMixDimensions.__type.${name}${field}`,
      ),
    ),
  ),
  ...['name', 'direction', 'reference', 'label', 'known'].map((field) => `problems.tinyMixObjectives.__type.${field}`),
  ...['name', 'upper', 'known'].map((field) => `problems.tinyMixConstraints.__type.${field}`),
];
// What a conditional or mapped type asks of another, and arguments that the text of their function explains.
const asked = [
  'space.ValueOf.__type.kind',
  'space.ValueOf.__type.choices',
  'space.ParamsOf.__type.conditional',
  'experiment.CandidateResult.values.__type.cycles',
  'experiment.CandidateResult.values.__type.instructions',
  'base.Danfojs.DataFrame.__type',
];

module.exports = {
  entryPoints: ['src/index.ts'],
  tsconfig: 'tsconfig.json',
  out: 'docs/api',
  name: 'Paretino',
  readme: 'none',
  excludePrivate: true,
  excludeInternal: true,
  skipErrorChecking: true,
  githubPages: false,
  disableSources: true,
  requiredToBeDocumented: ['Namespace', 'Function', 'Variable', 'Class', 'Interface', 'TypeAlias', 'Enum', 'Method', 'Accessor', 'Property'],
  intentionallyNotDocumented: [...data, ...asked],
  // A broken link, a missing type, or an exported name, method or property without a docstring.
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, notDocumented: true },
};
