'use strict';
// Packages in the project's own environment that the tests hold Paretino against. Nothing else needs them, so only
// `npm test` and `npm run setup` fetch them.
const fs = require('node:fs');
const { venvPython } = require('./paths');
const { capture, without } = require('./run');
const python = require('./python');

/**
 * @param what its name to people
 * @param switchName its name in PARETINO_WITHOUT
 * @param packages what pip installs; the version of the first is shown
 * @param lost what is not tested without it
 */
function pythonPackages(what, switchName, packages, lost) {
  function find() {
    const there = !without(switchName) && fs.existsSync(venvPython);
    const program = `from importlib.metadata import version as v; print([v(p) for p in ${JSON.stringify(packages)}][0])`;
    const asked = there && capture(venvPython, ['-c', program], { timeout: 20_000 });
    const found = Boolean(asked && asked.ok);
    return {
      name: what,
      found,
      optional: true,
      version: found ? asked.stdout.trim() : undefined,
      where: found ? '.venv' : undefined,
      lost,
      command: 'npm run setup (needs PyPI)',
    };
  }

  /** @returns {Promise<string|undefined>} why not, in one line, or undefined if it works */
  async function install() {
    if (without(switchName)) return 'switched off by PARETINO_WITHOUT';
    if (!fs.existsSync(venvPython) || !python.imports(venvPython, ['pip'])) return 'the environment .venv has no pip';
    if (!python.reachesIndex(venvPython)) return 'pip has no package index';
    return python.install(venvPython, packages, 300_000);
  }

  return { find, install };
}

module.exports = {
  all: [
    // 20 MB.
    pythonPackages('Optuna', 'optuna', ['optuna', 'optuna-dashboard'], 'the tests do not open studies with Optuna itself'),
    // 5 MB.
    pythonPackages('psycopg', 'psycopg', ['psycopg', 'psycopg-binary'], 'the tests do not open studies in PostgreSQL with Optuna itself'),
    // TensorFlow Lite under its new name; 70 MB with what it needs.
    pythonPackages('LiteRT', 'litert', ['ai-edge-litert'], 'the tests do not run exported .tflite files in TensorFlow Lite'),
  ],
};
