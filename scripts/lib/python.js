'use strict';
// Which Python there is, and whether its pip reaches an index.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { capture, which, without } = require('./run');
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
    const args = [
      '-m',
      'pip',
      '--disable-pip-version-check',
      'download',
      '--quiet',
      '--no-input',
      '--no-deps',
      '--no-cache-dir',
      '--retries',
      '0',
      '--timeout',
      '10',
      '--dest',
      folder,
      'nbclient',
    ];
    reach.set(python, capture(python, args, { timeout: 60_000 }).ok);
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return reach.get(python);
}

module.exports = { candidates, version, imports, withPip, reachesIndex };
