'use strict';
// Optuna and its dashboard in the project's own environment: what the tests open Paretino's studies with. Nothing else
// needs them, so only `npm test` and `npm run setup` fetch them (20 MB).
const fs = require('node:fs');
const { venvPython } = require('./paths');
const { capture, show, without, tail } = require('./run');
const python = require('./python');

const PACKAGES = ['optuna', 'optuna-dashboard'];

function find() {
  const there = !without('optuna') && fs.existsSync(venvPython);
  const program = 'from importlib.metadata import version as v; v("optuna-dashboard"); print(v("optuna"))';
  const asked = there && capture(venvPython, ['-c', program], { timeout: 20_000 });
  const found = Boolean(asked && asked.ok);
  return {
    name: 'Optuna',
    found,
    optional: true,
    version: found ? asked.stdout.trim() : undefined,
    where: found ? '.venv' : undefined,
    lost: 'the tests do not open studies with Optuna itself',
    command: 'npm run setup (needs PyPI)',
  };
}

/** @returns {Promise<string|undefined>} why not, in one line, or undefined if it works */
async function install() {
  if (without('optuna')) return 'switched off by PARETINO_WITHOUT';
  if (!fs.existsSync(venvPython) || !python.imports(venvPython, ['pip'])) return 'the environment .venv has no pip';
  if (!python.reachesIndex(venvPython)) return 'pip has no package index';
  const lines = [];
  const args = ['-m', 'pip', '--disable-pip-version-check', 'install', '--no-input', '--quiet', '--retries', '2', ...PACKAGES];
  const result = await show(venvPython, args, { timeout: 300_000, onLine: (text) => lines.push(text) });
  return result.ok ? undefined : `pip install failed:\n${tail(lines.join('\n'))}\n`;
}

module.exports = { find, install };
