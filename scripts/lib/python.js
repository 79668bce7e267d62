'use strict';
// Which Python there is, and whether its pip reaches an index.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { capture, show, tail, which, without } = require('./run');
const { venvPython } = require('./paths');

/** Every Python 3 worth trying, best first: PARETINO_PYTHON, the one on PATH, the system's. */
function candidates() {
  const names = [process.env.PARETINO_PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean);
  const found = names.map((name) => which(name)).filter(Boolean);
  return [...new Set(found)];
}

/** `3.11.7`, or undefined if that interpreter does not run. */
function version(python) {
  const result = capture(python, ['-c', 'import platform; print(platform.python_version())'], { timeout: 20_000 });
  return result.ok ? result.stdout.trim() : undefined;
}

/** True if the interpreter can import all these modules. */
function imports(python, modules) {
  return capture(python, ['-c', `import ${modules.join(', ')}`], { timeout: 60_000 }).ok;
}

/** An interpreter that has pip: the project's own environment first. */
function withPip() {
  return [venvPython, ...candidates()].find((python) => fs.existsSync(python) && imports(python, ['pip']));
}

const reach = new Map();

/**
 * True if this interpreter's pip gets a small package from its index: one attempt, ten seconds, so that a blocked index
 * costs seconds and not the minutes of pip's own retries.
 */
function reachesIndex(python) {
  if (without('pip')) return false;
  if (!reach.has(python)) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'paretino-pip-'));
    const args = pip('download', '--no-deps', '--no-cache-dir', '--retries', '0', '--timeout', '10', '--dest', folder, 'nbclient');
    reach.set(python, capture(python, args, { timeout: 60_000 }).ok);
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return reach.get(python);
}

/** Arguments with which Python runs pip, quietly and without asking. */
const pip = (command, ...words) => ['-m', 'pip', '--disable-pip-version-check', command, '--no-input', '--quiet', ...words];

/** Installs packages. @returns {Promise<string|undefined>} what pip said, or undefined if it worked */
async function install(python, packages, timeout) {
  const lines = [];
  const args = pip('install', '--retries', '2', '--timeout', '60', ...packages);
  const result = await show(python, args, { timeout, onLine: (text) => lines.push(text) });
  return result.ok ? undefined : `pip install failed:\n${tail(lines.join('\n'))}\n`;
}

module.exports = { candidates, version, imports, withPip, reachesIndex, pip, install };
