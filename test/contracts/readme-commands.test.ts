import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as toolkit from '../../src';

const { commands, snippets } = require('../../scripts/lib/readme.js') as {
  commands: (markdown: string) => string[];
  snippets: (markdown: string) => string[];
};

const FENCE = '```';

describe('commands of the README', () => {
  it('are the lines of shell blocks, without prompts and comments', () => {
    const text =
      `Text\n${FENCE}sh\n# a comment\nnpm start   # the front\ngit clone here && cd there\n` +
      `\nlong \\\n  line\n${FENCE}\nmore`;
    assert.deepEqual(commands(text), ['npm start', 'git clone here', 'cd there', 'long line']);
  });

  it('leave out the output in a console block, and blocks of other languages', () => {
    const text =
      `${FENCE}console\n$ npm test\n12 passed, 0 failed\n${FENCE}\n` +
      `${FENCE}ts\nconst a = 1;\n${FENCE}\n${FENCE}\nplain\n${FENCE}\n`;
    assert.deepEqual(commands(text), ['npm test']);
    assert.deepEqual(snippets(text), ['const a = 1;\n']);
  });
});

const root = join(__dirname, '..', '..');

describe('what the README promises', () => {
  it('every command is in a block that CI runs: none stands in the text', () => {
    const text = readFileSync(join(root, 'README.md'), 'utf8').replace(/^```[^]*?^```/gm, '');
    assert.deepEqual([...text.matchAll(/`(?:npm|npx|node|python3?|git|cd) [^`]*`|^ {4,}(?:npm|npx) .*/gm)].map(([all]) => all), []);
  });

  it('every bench is in the list of benches', () => {
    const list = readFileSync(join(root, 'bench', 'README.md'), 'utf8');
    const files = readdirSync(join(root, 'bench')).filter((name) => name.endsWith('.ts'));
    assert.deepEqual(files.filter((name) => !list.includes(`| \`${name}\` |`)), []);
    assert.deepEqual([...list.matchAll(/^\| `(.*?)` \|/gm)].map(([, name]) => name).sort(), files.sort());
  });
});

describe('names in the README and the guide', () => {
  for (const file of ['README.md', join('docs', 'adding.md')]) {
    const text = readFileSync(join(root, file), 'utf8');
    it(`${file}: every file named is there`, () => {
      const named = [...text.matchAll(/(?<![\w/.])(?:bench|docs|src|test|templates|notebooks|datasets|scripts)\/[\w./-]*[\w/]/g)].map(([path]) => path);
      assert.ok(named.length > 5);
      // NAME stands for one of the reader's own; the reference is built on demand.
      assert.deepEqual(named.filter((path) => !/NAME|SET|^docs\/api/.test(path) && !existsSync(join(root, path))), []);
    });

    it(`${file}: everything named of the toolkit is exported`, () => {
      const parts = toolkit as unknown as Record<string, Record<string, unknown>>;
      // In quotes of code alone: what blocks use is run.
      const named = [...text.replace(/^```[^]*?^```/gm, '').matchAll(/`(\w+)\.(\w+)[^`\w]*[^`]*`/g)].filter(([, part]) => part in parts);
      assert.ok(named.length > 0);
      assert.deepEqual(named.filter(([, part, name]) => !(name in parts[part])).map(([all]) => all), []);
    });
  }
});
