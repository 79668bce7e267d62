#!/usr/bin/env node
'use strict';
// npm run doctor: every part, where it was found, what is lost without it and the command that brings it.
require('./lib/node-version');
const { parts } = require('./lib/parts');
const say = require('./lib/say');

const states = parts();
if (process.argv.includes('--json')) {
  say.line(JSON.stringify(states, null, 2));
} else {
  say.line(
    say.columns(
      states.map((state) => [
        state.found ? '✓' : state.optional ? '·' : '–',
        state.name,
        state.version || '',
        state.where || '',
      ]),
      ['', 'part', 'version', 'found in'],
    ),
  );
  const missing = states.filter((state) => !state.found);
  if (missing.length > 0) {
    for (const state of missing) {
      say.line();
      say.line(`${say.bold(state.name)}${state.optional ? ' (optional)' : ''}`);
      say.line(`  without it: ${state.lost}`);
      say.line(`  to get it:  ${state.command}`);
    }
  }
}
