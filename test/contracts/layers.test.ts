import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '..', '..');
const cruiser = path.join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

/** A tree in which each rule is broken exactly once, and what breaks it. */
const VIOLATIONS: Array<{ rule: string; file: string; text: string }> = [
  { rule: 'layer-moo', file: 'src/moo/trains.ts', text: "import { a } from '../nn';\nexport const x = a;\n" },
  { rule: 'layer-base', file: 'src/base/climbs.ts', text: "import { a } from '../math';\nexport const x = a;\n" },
  { rule: 'index-only', file: 'src/nn/digs.ts', text: "import { a } from '../base/inner';\nexport const x = a;\n" },
  { rule: 'root-index-only', file: 'src/entry.ts', text: "export { a } from './base/inner';\n" },
  { rule: 'not-from-root', file: 'src/plot/whole.ts', text: "import { a } from '../index';\nexport const x = a;\n" },
  { rule: 'unknown-folder', file: 'src/misc/anything.ts', text: "import { a } from '../base';\nexport const x = a;\n" },
  {
    rule: 'tensorflow-only',
    file: 'src/deploy/tensors.ts',
    text: "import * as tf from '@tensorflow/tfjs';\nexport const x = tf;\n",
  },
  {
    rule: 'plotly-only',
    file: 'src/study/draws.ts',
    text: "import plotly from 'plotly.js';\nexport const x = plotly;\n",
  },
  { rule: 'tslab-only', file: 'src/cli/shows.ts', text: "import * as tslab from 'tslab';\nexport const x = tslab;\n" },
  { rule: 'unresolvable', file: 'src/math/dangling.ts', text: "import { a } from './nowhere';\nexport const x = a;\n" },
  {
    rule: 'no-dev-dependencies',
    file: 'src/math/borrows.ts',
    text: "import ts from 'typescript';\nexport const x = ts;\n",
  },
];
const FOLDERS = ['base', 'math', 'moo', 'nn', 'study', 'plot', 'deploy', 'cli'];

/** Cruises a folder and returns the broken rules, each as `rule file`. */
function cruise(folder: string): string[] {
  const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'];
  const child = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.ok(child.stdout.startsWith('{'), child.stderr);
  const { summary } = JSON.parse(child.stdout) as {
    summary: { violations: Array<{ from: string; rule: { name: string } }> };
  };
  return summary.violations.map(({ from, rule }) => `${rule.name} ${from}`).sort();
}

describe('layer rules', function () {
  this.timeout(60_000);
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'paretino-layers-'));
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(path.join(root, name), path.join(folder, name));
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    for (const name of [...FOLDERS, 'misc']) mkdirSync(path.join(folder, 'src', name), { recursive: true });
    for (const name of FOLDERS)
      writeFileSync(path.join(folder, 'src', name, 'index.ts'), "export { a } from './inner';\n");
    for (const name of FOLDERS) writeFileSync(path.join(folder, 'src', name, 'inner.ts'), 'export const a = 1;\n');
    writeFileSync(path.join(folder, 'src', 'index.ts'), "export { a } from './base';\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('accept a tree that keeps them', () => {
    assert.deepEqual(cruise(folder), []);
  });

  it('catch each kind of violation', () => {
    for (const { file, text } of VIOLATIONS) writeFileSync(path.join(folder, file), text);
    assert.deepEqual(cruise(folder), VIOLATIONS.map(({ rule, file }) => `${rule} ${file}`).sort());
  });

  it('catch a cycle', () => {
    writeFileSync(
      path.join(folder, 'src/math/one.ts'),
      "import { b } from './two';\nexport const a = (): number => b();\n",
    );
    writeFileSync(
      path.join(folder, 'src/math/two.ts'),
      "import { a } from './one';\nexport const b = (): number => a();\n",
    );
    assert.ok(cruise(folder).some((violation) => violation.startsWith('no-cycles src/math/')));
  });

  it('have a row for every folder of src', () => {
    const args = [
      '-e',
      "console.log(require('./.dependency-cruiser.cjs').forbidden.map((rule) => rule.name).join(' '))",
    ];
    const rules = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).stdout.trim().split(' ');
    const folders = spawnSync('git', ['ls-files', 'src'], { cwd: root, encoding: 'utf8' })
      .stdout.trim()
      .split('\n')
      .map((file) => file.split('/'))
      .filter((parts) => parts.length > 2)
      .map((parts) => parts[1]);
    for (const name of new Set(folders)) assert.ok(rules.includes(`layer-${name}`), `src/${name} has no row`);
  });
});
