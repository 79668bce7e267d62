#!/usr/bin/env node
'use strict';
// The commands that README.md shows, so that they can be run: every line of its shell blocks.
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./paths');

/**
 * Commands of a Markdown text: lines of ```sh, ```bash, ```shell and ```console blocks, joined at a trailing backslash,
 * taken apart at `&&`, without prompts and comments. In a console block only lines with a prompt are commands.
 * @returns {string[]}
 */
function commands(markdown) {
  const found = [];
  for (const [, language, body] of markdown.matchAll(
    /^[ \t]*```(sh|bash|shell|console)[^\n]*\n([\s\S]*?)^[ \t]*```/gm,
  )) {
    const lines = body
      .replace(/\s*\\\n\s*/g, ' ')
      .split('\n')
      .map((line) => line.trim());
    for (const line of lines) {
      if (!line || line.startsWith('#')) continue;
      if (language === 'console' && !/^[$%>]\s/.test(line)) continue;
      found.push(
        ...line
          .replace(/^[$%]\s+/, '')
          .replace(/\s+#\s.*$/, '')
          .split(' && ')
          .map((part) => part.trim()),
      );
    }
  }
  return found;
}

const readme = () => {
  const file = path.join(root, 'README.md');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
};
const readmeCommands = () => commands(readme());
const readmeSnippets = () => snippets(readme());

/** The TypeScript of the guides in docs/, by name of the guide. */
function guideSnippets() {
  const folder = path.join(root, 'docs');
  const guides = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.md')).sort() : [];
  return guides
    .map((name) => ({ name, blocks: snippets(fs.readFileSync(path.join(folder, name), 'utf8')) }))
    .filter(({ blocks }) => blocks.length > 0);
}

/** The README's own command for running all tests. */
function testCommand() {
  return readmeCommands().find((command) => /^npm (run )?(test|t|tst)\b/.test(command));
}

/** The TypeScript of a Markdown text's ```ts blocks, one string a block. */
function snippets(markdown) {
  return [...markdown.matchAll(/^```(?:ts|typescript)[^\n]*\n([\s\S]*?)^```/gm)].map((match) => match[1]);
}

module.exports = { commands, snippets, readmeCommands, readmeSnippets, guideSnippets, testCommand };

if (require.main === module) {
  const command = testCommand();
  if (!command) {
    process.stderr.write('README.md shows no test command (a line `npm test` in a shell block).\n');
    process.exit(1);
  }
  process.stdout.write(`${command}\n`);
}
