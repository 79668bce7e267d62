'use strict';
// Running a notebook by the best means there is: nbclient on a real kernel, else the built-in runner.
const fs = require('node:fs');
const path = require('node:path');
const { root, notebooks, out, venvPython } = require('./paths');
const { show } = require('./run');
const jupyter = require('./jupyter');

/** Paths of the notebooks in notebooks/, by name. */
function list() {
  if (!fs.existsSync(notebooks)) return [];
  return fs
    .readdirSync(notebooks)
    .filter((name) => name.endsWith('.ipynb'))
    .sort()
    .map((name) => path.join(notebooks, name));
}

/**
 * Runs one notebook from a clean kernel; the executed copy and a page land in out/.
 * @param {string} file path of the notebook
 * @param {{folder?: string, cellTimeout?: number, timeout?: number}} options limits in seconds, for a cell and for all
 * @returns {Promise<{ok: boolean, seconds: number, timedOut: boolean}>}
 */
function execute(file, { folder = out, cellTimeout = 900, timeout = 1200 } = {}) {
  const live = jupyter.find().found;
  const [program, script] = live ? [venvPython, 'run-notebooks.py'] : [process.execPath, 'run-notebook-builtin.js'];
  const where = path.relative(root, file);
  const args = live
    ? [path.join(__dirname, '..', script), '--out', folder, '--timeout', String(cellTimeout), where]
    : [path.join(__dirname, '..', script), where, folder, '--timeout', String(cellTimeout)];
  const env = {
    ...process.env,
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
    PYTHONWARNINGS: 'ignore',
    TF_CPP_MIN_LOG_LEVEL: '2',
  };
  return show(program, args, { env, timeout: timeout * 1000 });
}

module.exports = { list, execute };
