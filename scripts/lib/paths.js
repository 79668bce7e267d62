'use strict';
// Where things live. Everything heavy that a fresh clone could reuse lies in the cache folder, outside the checkout.
const os = require('node:os');
const path = require('node:path');

/** The checkout's root folder. */
const root = path.resolve(__dirname, '..', '..');

/** Downloads and built binaries shared by all checkouts: PARETINO_CACHE, else XDG_CACHE_HOME, else ~/.cache. */
function cacheFolder() {
  if (process.env.PARETINO_CACHE) return path.resolve(process.env.PARETINO_CACHE);
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(base, 'paretino');
}

/** The project-local virtual environment. */
const venv = path.join(root, '.venv');

/** Its Python interpreter. */
const venvPython =
  process.platform === 'win32' ? path.join(venv, 'Scripts', 'python.exe') : path.join(venv, 'bin', 'python');

module.exports = {
  root,
  cacheFolder,
  venv,
  venvPython,
  out: path.join(root, 'out'),
  notebooks: path.join(root, 'notebooks'),
};
