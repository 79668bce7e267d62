#!/usr/bin/env node
'use strict';
// npm run lab: JupyterLab (or Debian's Notebook) on notebooks/. `-- --no-browser` and other options are handed on.
require('./lib/node-version');
const path = require('node:path');
const { setup } = require('./lib/setup');
const { build } = require('./lib/build');
const { root, venvPython } = require('./lib/paths');
const { show } = require('./lib/run');
const jupyter = require('./lib/jupyter');

(async () => {
  await setup();
  build();
  const state = jupyter.find();
  if (!state.found) throw new Error(`There is no Jupyter here. ${state.command}`);
  const server = state.kind === 'pip' ? ['-m', 'jupyter', 'lab'] : ['-m', 'notebook'];
  const asRoot = typeof process.getuid === 'function' && process.getuid() === 0 ? ['--allow-root'] : [];
  const directory = state.kind === 'pip' ? '--ServerApp.root_dir' : '--NotebookApp.notebook_dir';
  // Of more than 3,000 messages in three seconds the server would drop the rest: tslab sends each line as one.
  const rate = `${state.kind === 'pip' ? '--ServerApp' : '--NotebookApp'}.iopub_msg_rate_limit=1e6`;
  const args = [...server, `${directory}=${path.join(root, 'notebooks')}`, rate, ...asRoot, ...process.argv.slice(2)];
  // The kernel is started by name: it must be this Node that runs it.
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}` };
  const result = await show(venvPython, args, { stdio: 'inherit', env });
  process.exitCode = result.status === null ? 1 : result.status;
})().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
