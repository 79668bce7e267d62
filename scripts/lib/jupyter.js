'use strict';
// Jupyter in the project's own virtual environment, with tslab registered in there and nowhere else:
//   1. JupyterLab by pip, where pip reaches an index;
//   2. Debian's jupyter-notebook, nbconvert and nbclient, seen through an environment that lets system packages in;
//   3. neither: notebooks run through run-notebook-builtin.js, and there is no live view.
const fs = require('node:fs');
const path = require('node:path');
const { root, venv, venvPython } = require('./paths');
const { capture, which, without, tail } = require('./run');
const apt = require('./apt');
const python = require('./python');
const say = require('./say');

const PIP_PACKAGES = ['jupyterlab', 'nbclient', 'nbconvert', 'plotly'];
const DEBIAN_PACKAGES = ['jupyter-notebook', 'jupyter-nbconvert', 'python3-nbclient', 'python3-venv'];
const MODULES = ['jupyter_client', 'nbclient', 'nbconvert', 'nbformat', 'IPython'];
const stamp = path.join(venv, 'paretino.json');
const kernel = path.join(venv, 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');
const tslab = path.join(root, 'node_modules', '.bin', 'tslab');

/** What install() wrote down, if it still holds: an environment cannot be moved, and neither can the kernel's path. */
function record() {
  try {
    const written = JSON.parse(fs.readFileSync(stamp, 'utf8'));
    const spec = JSON.parse(fs.readFileSync(kernel, 'utf8'));
    return written.root === root && spec.argv[0] === tslab && fs.existsSync(venvPython) ? written : undefined;
  } catch {
    return undefined;
  }
}

function find() {
  const written = without('jupyter') ? undefined : record();
  return {
    name: 'Jupyter',
    found: Boolean(written),
    version: written && written.version,
    where: written && `.venv (${written.kind})`,
    kind: written && written.kind,
    lost: 'notebooks run headless only, through the built-in runner',
    command: `npm run setup (needs PyPI, or: ${apt.command(DEBIAN_PACKAGES)})`,
  };
}

/** @returns {Promise<string|undefined>} why not, in one line, or undefined if it works */
async function install() {
  if (without('jupyter')) return 'switched off by PARETINO_WITHOUT';
  const reasons = [];
  for (const road of [byPip, byDebian]) {
    const reason = await road();
    if (!reason) return undefined;
    reasons.push(reason);
    fs.rmSync(venv, { recursive: true, force: true });
  }
  return reasons.join('; ');
}

async function byPip() {
  if (without('pip')) return 'pip switched off';
  // Debian splits ensurepip off into python3-venv: an interpreter that has it first, then a request to apt.
  const look = () => python.candidates().find((one) => python.imports(one, ['venv', 'ensurepip']));
  const interpreter = look() || ((await apt.install(['python3-venv'])) ? look() : undefined);
  if (!interpreter)
    return `${python.candidates().length > 0 ? 'Python has no venv' : 'no Python 3'} (${apt.command(['python3-venv'])})`;
  fs.rmSync(venv, { recursive: true, force: true });
  const made = capture(interpreter, ['-m', 'venv', venv], { timeout: 180_000 });
  if (!made.ok) return `python -m venv failed:\n${tail(made.output)}\n`;
  if (!python.reachesIndex(venvPython)) return 'pip has no package index';
  say.line(`    pip: ${PIP_PACKAGES.join(', ')} …`);
  return (await python.install(venvPython, PIP_PACKAGES, 900_000)) || register('pip', 'jupyterlab');
}

async function byDebian() {
  const system = '/usr/bin/python3';
  if (!which(system) && !apt.possible()) return 'no Debian packages here';
  const has = () => which(system) && python.imports(system, MODULES);
  if (!has()) {
    if (!apt.possible()) return `Debian's Jupyter is not installed (${apt.command(DEBIAN_PACKAGES)})`;
    say.line(`    apt-get: ${DEBIAN_PACKAGES.join(', ')} …`);
    if (!(await apt.install(DEBIAN_PACKAGES)) || !has()) return "Debian's Jupyter packages could not be installed";
  }
  fs.rmSync(venv, { recursive: true, force: true });
  const made = capture(system, ['-m', 'venv', '--without-pip', '--system-site-packages', venv], { timeout: 180_000 });
  if (!made.ok) return `python -m venv failed:\n${tail(made.output)}\n`;
  return register('debian', 'notebook');
}

function register(kind, server) {
  const result = capture(
    process.execPath,
    [
      path.join(root, 'node_modules', 'tslab', 'bin', 'tslab'),
      'install',
      '--python',
      venvPython,
      '--sys-prefix',
      '--binary',
      tslab,
    ],
    { timeout: 120_000 },
  );
  if (!result.ok || !fs.existsSync(kernel)) return `tslab could not be registered:\n${tail(result.output)}\n`;
  const asked = capture(venvPython, ['-c', `import ${server} as m; print(m.__version__)`], { timeout: 60_000 });
  const version = `${kind === 'pip' ? 'JupyterLab' : 'Jupyter Notebook'} ${asked.stdout.trim()}`;
  fs.writeFileSync(stamp, `${JSON.stringify({ kind, version, root }, null, 2)}\n`);
  return undefined;
}

module.exports = { find, install };
