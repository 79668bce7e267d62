'use strict';
// The checks of `npm test`, each a function that resolves to {passed, failed}. A check that cannot run has failed.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { root } = require('./paths');
const { capture, show } = require('./run');
const say = require('./say');
const { build } = require('./build');
const notebooks = require('./notebooks');
const { guideSnippets, readmeCommands, readmeSnippets } = require('./readme');
const { runReadmeCommand } = require('./readme-commands');

const node = process.execPath;
const one = (ok) => (ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
const module_ = (...parts) => path.join(root, 'node_modules', ...parts);
const command = async (args, timeout = 600_000) => one((await show(node, args, { timeout })).ok);

const typeCheck = () => command([module_('typescript', 'bin', 'tsc'), '-p', 'tsconfig.test.json']);
const lint = () => command([module_('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0']);
const layers = () =>
  command([
    module_('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    'src',
  ]);

/**
 * The published types as a cell meets them: through tslab's own, older TypeScript, declarations of dist/ checked too
 * (an unreadable type silently becomes `any` otherwise). Faults inside other packages' declarations are not ours.
 */
function publishedTypes() {
  const compiler = module_('@tslab', 'typescript-for-tslab', 'bin', 'tsc');
  const result = capture(node, [compiler, '-p', path.join('test', 'contracts', 'consumer', 'tsconfig.json')], {
    timeout: 300_000,
  });
  const errors = result.output.split('\n').filter((line) => /error TS\d+/.test(line));
  const ours = errors.filter((line) => !line.startsWith('node_modules/'));
  ours.forEach((line) => say.line(line));
  return one(result.ok || (errors.length > 0 && ours.length === 0));
}

async function unitTests() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'paretino-mocha-'));
  const file = path.join(folder, 'counts.json');
  const env = { ...process.env, PARETINO_MOCHA_COUNTS: file, TF_CPP_MIN_LOG_LEVEL: '2' };
  const args = [
    module_('mocha', 'bin', 'mocha.js'),
    '--reporter',
    path.join(__dirname, 'mocha-reporter.js'),
    'test/**/*.test.ts',
  ];
  const result = await show(node, args, { env, timeout: 1_800_000 });
  let counts = { passes: 0, failures: 0, pending: 0 };
  let complete = true;
  try {
    counts = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    complete = false;
  }
  fs.rmSync(folder, { recursive: true, force: true });
  // No counts, no tests at all, or a bad end without a failing test (a crash): that is a failure too.
  const crashed = !complete || counts.passes + counts.failures === 0 || (!result.ok && counts.failures === 0);
  return { passed: counts.passes, failed: counts.failures + (crashed ? 1 : 0), skipped: counts.pending };
}

/** The TypeScript of the README or of a guide, run as one notebook: a cell a block. */
async function runSnippets(blocks) {
  const folder = fs.mkdtempSync(path.join(root, '.readme-'));
  try {
    const cells = blocks.map((source, i) => ({
      cell_type: 'code',
      id: `block-${i}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    }));
    const metadata = { kernelspec: { name: 'tslab', display_name: 'TypeScript', language: 'typescript' } };
    const file = path.join(folder, 'readme.ipynb');
    fs.writeFileSync(file, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
    return one((await notebooks.execute(file, { folder })).ok);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The API reference, from the docstrings: a warning fails. */
async function reference() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'paretino-api-'));
  try {
    return await command([module_('typedoc', 'bin', 'typedoc'), '--out', folder], 300_000);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Every check in order, as {name, run}. */
function all() {
  const readme = [...new Set(readmeCommands())];
  const snippets = readmeSnippets();
  return [
    {
      name: 'build',
      run: async () => {
        build();
        return one(true);
      },
    },
    { name: 'types of src, test and bench', run: typeCheck },
    { name: 'lint', run: lint },
    { name: 'layer rules', run: layers },
    { name: "published types under tslab's TypeScript", run: publishedTypes },
    // `npm run docs` below builds it.
    ...(readme.includes('npm run docs') ? [] : [{ name: 'API reference', run: reference }]),
    { name: 'unit tests', run: unitTests },
    // `npm start` below runs the first notebook; the others have a check each.
    ...notebooks
      .list()
      .filter((file) => !(readme.includes('npm start') && path.basename(file) === '01-quickstart.ipynb'))
      .map((file) => ({ name: path.relative(root, file), run: async () => one((await notebooks.execute(file)).ok) })),
    ...(snippets.length > 0 ? [{ name: 'README: TypeScript', run: () => runSnippets(snippets) }] : []),
    ...guideSnippets().map(({ name, blocks }) => ({ name: `docs/${name}: TypeScript`, run: () => runSnippets(blocks) })),
    ...readme.map((line) => ({ name: `README: ${line}`, run: async () => one(await runReadmeCommand(line)) })),
  ];
}

module.exports = { all };
