'use strict';
// The npm packages: installed with `npm ci` only where node_modules is not already what the lock file says.
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./paths');
const { show, which } = require('./run');

/** Names of packages whose installed version is not the locked one (empty: nothing to do). */
function stale() {
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const hidden = path.join(root, 'node_modules', '.package-lock.json');
  if (!fs.existsSync(hidden)) return ['node_modules'];
  const installed = JSON.parse(fs.readFileSync(hidden, 'utf8')).packages;
  return Object.entries(lock.packages)
    .filter(([where, wanted]) => where && !wanted.link && !wanted.optional && !wanted.devOptional)
    .filter(([where, wanted]) => !installed[where] || installed[where].version !== wanted.version)
    .map(([where]) => where);
}

function find() {
  const missing = stale();
  const found = missing.length === 0;
  return {
    name: 'npm packages',
    found,
    needed: true,
    version: `Node ${process.versions.node}`,
    where: found ? 'node_modules' : undefined,
    lost: 'everything',
    command: 'npm ci',
  };
}

async function install() {
  // Install scripts stay off (.npmrc): what they would download, setup gets by roads that may be blocked.
  const program = which('npm') ? 'npm' : process.execPath;
  const args = which('npm')
    ? ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
    : [process.env.npm_execpath, 'ci', '--ignore-scripts'];
  const result = await show(program, args, { timeout: 900_000 });
  if (!result.ok) throw new Error('`npm ci` failed: the npm registry is the one host that Paretino cannot do without.');
}

module.exports = { find, install, stale };
