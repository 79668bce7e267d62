import assert from 'node:assert/strict';

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
