#!/usr/bin/env node
'use strict';
// npm run doctor: every part, where it was found, what is lost without it and the command that brings it. Ends with 1
// where a part is missing that nothing stands in for: then nothing can be trained or run.
require('./lib/node-version');
const { parts } = require('./lib/parts');
const say = require('./lib/say');

const mark = (state) => (state.found ? '✓' : state.optional ? '·' : state.needed ? '✗' : '–');
const importance = (state) => (state.optional ? ' (optional)' : state.needed ? ' (needed)' : '');

const states = parts();
const missing = states.filter((state) => !state.found);
if (process.argv.includes('--json')) {
  say.line(JSON.stringify(states, null, 2));
} else {
  const rows = states.map((state) => [mark(state), state.name, state.version || '', state.where || '']);
  say.line(say.columns(rows, ['', 'part', 'version', 'found in']));
  for (const state of missing) {
    say.line();
    say.line(`${say.bold(state.name)}${importance(state)}`);
    say.line(`  without it: ${state.lost}`);
    say.line(`  to get it:  ${state.command}`);
  }
}
if (missing.some((state) => state.needed)) process.exitCode = 1;
