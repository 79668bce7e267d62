import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { skip } from '../support/skip';

const root = path.resolve(__dirname, '..', '..');
const python = path.join(root, '.venv', 'bin', 'python');
const built = existsSync(path.join(root, 'dist', 'index.js'));

/** Notebooks by name: their code cells, which of them shows an error on purpose, and what a runner must say (undefined: it passes). */
const NOTEBOOKS: Readonly<Record<string, { cells: string[]; onPurpose?: number; complaint?: readonly RegExp[]; only?: string }>> = {
  good: {
    cells: [
      "import * as paretino from 'paretino';\nimport * as tslab from 'tslab';",
      'const answer: number = 42;\nconsole.log("answer", answer);',
      'await new Promise((done) => setTimeout(done, 50));\ntslab.display.html("<b>shown</b>");',
      'for (let i = 0; i < 1500; i++) console.log(`line ${i}`);',
      "console.error('Warning: as announced');",
    ],
    onPurpose: 4,
  },
  raises: {
    cells: ['const a = 1;', "throw new Error('on purpose');", "console.log('not reached');"],
    complaint: [/FAILED: a cell failed/, /on purpose/],
  },
  'breaks-a-type': {
    cells: ["const a: number = 'text';"],
    complaint: [/FAILED: a cell failed/, /not assignable/],
    only: 'built in',
  },
  'throws-late': {
    cells: ["setTimeout(() => { throw new Error('too late'); }, 300);\nconsole.log('fine so far');"],
    complaint: [/FAILED: /, /arrived after its cell had ended[\s\S]*too late/],
  },
  'rejects-late': {
    cells: ["void Promise.reject(new Error('nobody waits'));\nconsole.log('fine so far');"],
    complaint: [/FAILED: an error arrived after its cell had ended[\s\S]*nobody waits/],
    only: 'built in',
  },
  warns: {
    cells: ["import 'paretino';", "process.emitWarning('old habit', 'DeprecationWarning');\nawait new Promise((done) => setTimeout(done, 50));"],
    complaint: [/FAILED: /, /DeprecationWarning: old habit/],
  },
  'shows-a-stack': { cells: ["import 'paretino';", "console.log('Error\\n    at f (file.ts:1:2)');"], complaint: [/FAILED: a cell shows a warning or a stack frame: at f \(file/] },
  // Without the toolkit's cure the stock kernel drops what it sends in a burst.
  'loses-output': {
    cells: ['const a = 1;'],
    complaint: [/FAILED: the kernel lost output: \d+ of \d+ lines/],
    only: 'nbclient',
  },
};

interface Output {
  output_type: string;
  text?: string | string[];
  data?: Record<string, unknown>;
}

describe('notebook runners', function () {
  this.timeout(120_000);
  let folder = '';

  before(function () {
    if (!built) skip(this, 'dist/ is not built, so a notebook cannot import the package');
    // Inside the checkout, as notebooks are: that is where they find the package.
    mkdirSync(path.join(root, 'out'), { recursive: true });
    folder = mkdtempSync(path.join(root, 'out', 'runner-'));
    for (const [name, { cells, onPurpose }] of Object.entries(NOTEBOOKS)) {
      const notebook = {
        cells: cells.map((source, i) => ({
          cell_type: 'code',
          id: `cell-${i}`,
          metadata: i === onPurpose ? { tags: ['shows-errors'] } : {},
          source,
          outputs: [],
          execution_count: null,
        })),
        metadata: { kernelspec: { name: 'tslab', display_name: 'TypeScript', language: 'typescript' } },
        nbformat: 4,
        nbformat_minor: 5,
      };
      writeFileSync(path.join(folder, `${name}.ipynb`), JSON.stringify(notebook));
    }
  });
  after(() => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const runners: Readonly<Record<string, (notebook: string, out: string) => string[]>> = {
    nbclient: (notebook, out) => [
      python,
      path.join(root, 'scripts', 'run-notebooks.py'),
      '--out',
      out,
      '--timeout',
      '60',
      notebook,
    ],
    'built in': (notebook, out) => [
      process.execPath,
      path.join(root, 'scripts', 'run-notebook-builtin.js'),
      notebook,
      out,
      '--timeout',
      '60',
    ],
  };

  for (const [runner, command] of Object.entries(runners)) {
    describe(runner, () => {
      before(function () {
        if (runner === 'nbclient' && !existsSync(python)) skip(this, 'there is no Jupyter in .venv');
      });
      for (const [name, { complaint, only }] of Object.entries(NOTEBOOKS)) {
        if (only !== undefined && only !== runner) continue;
        it(
          complaint ? `fails on a notebook that ${name}` : 'passes a good notebook and keeps all of its output',
          () => {
            const out = path.join(folder, runner.replace(' ', '-'));
            const [program, ...words] = command(path.join(folder, `${name}.ipynb`), out);
            const child = spawnSync(program, words, {
              encoding: 'utf8',
              cwd: root,
              maxBuffer: 1 << 28,
              env: { ...process.env, PYTHONWARNINGS: 'ignore' },
            });
            assert.equal(child.status, complaint ? 1 : 0, child.stdout + child.stderr);
            if (complaint) {
              for (const pattern of complaint) assert.match(child.stdout, pattern);
              return;
            }
            const executed = JSON.parse(readFileSync(path.join(out, `${name}.ipynb`), 'utf8')) as {
              cells: Array<{ outputs: Output[] }>;
            };
            const text = (cell: number): string =>
              executed.cells[cell].outputs.map((output) => [output.text ?? ''].flat().join('')).join('');
            assert.equal(text(1), 'answer 42\n');
            assert.deepEqual([executed.cells[2].outputs[0].data?.['text/html']].flat().join(''), '<b>shown</b>');
            assert.equal(text(3), Array.from({ length: 1500 }, (_, i) => `line ${i}\n`).join(''));
            const page = readFileSync(path.join(out, `${name}.html`), 'utf8');
            assert.ok(page.includes('<b>shown</b>') && page.includes('line 1499'));
            assert.doesNotMatch(page, /<(script|link|img)[^>]*(src|href)="(https?:)?\/\//, 'the page fetches nothing');
          },
        );
      }
    });
  }
});
