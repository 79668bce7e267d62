#!/usr/bin/env node
'use strict';
// npm start: from a bare clone to a Pareto front on the terminal.
require('./lib/node-version');
const fs = require('node:fs');
const path = require('node:path');
const { setup } = require('./lib/setup');
const { build } = require('./lib/build');
const { root, out, notebooks } = require('./lib/paths');
const { execute } = require('./lib/notebooks');
const { frontTable } = require('./lib/front');
const say = require('./lib/say');

const quickstart = path.join(notebooks, '01-quickstart.ipynb');

(async () => {
  await setup();
  build();
  // A table must be of this run: whatever an earlier one left is out of the way first.
  fs.rmSync(path.join(out, 'quickstart', 'front.json'), { force: true });
  say.line(say.bold('Running notebooks/01-quickstart.ipynb'));
  const result = await execute(quickstart);
  if (!result.ok)
    throw new Error(
      result.timedOut ? 'The notebook took more than 20 minutes and was stopped.' : 'The notebook failed; see above.',
    );
  const table = frontTable('quickstart');
  if (!table) throw new Error('The notebook ran but wrote no out/quickstart/front.json.');
  say.line();
  say.line(say.bold('Pareto front'));
  say.line(table);
  say.line();
  for (const name of ['01-quickstart.html', '01-quickstart.ipynb'])
    say.line(`  ${path.relative(root, path.join(out, name))}`);
  say.line('  npm run lab       opens the notebooks live');
})().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
