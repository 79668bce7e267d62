'use strict';
// Everything the doctor looks at, in the order in which a notebook needs it.
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./paths');
const python = require('./python');

function pythonPart() {
  const where = python.withPip() || python.candidates()[0];
  return {
    name: 'Python with pip',
    found: Boolean(python.withPip()),
    where,
    version: where && python.version(where),
    lost: 'neither JupyterLab nor the TensorFlow wheel can be fetched',
    command: 'sudo apt-get install -y python3-venv python3-pip',
  };
}

function buildPart() {
  const found = require('./build').isCurrent();
  return {
    name: 'build of src/',
    found,
    needed: true,
    where: found ? 'dist' : undefined,
    lost: 'notebooks import an old build or none',
    command: 'npm run build',
  };
}

/** Native TensorFlow counts as found only if it loads and computes. */
function tensorflowPart() {
  const tensorflow = require('./tensorflow');
  const state = tensorflow.find();
  return state.found && tensorflow.problem()
    ? { ...state, found: false, where: `${state.where} (does not load)` }
    : state;
}

function wasmPart() {
  const folder = path.join(root, 'node_modules', '@tensorflow', 'tfjs-backend-wasm');
  const found = fs.existsSync(path.join(folder, 'dist', 'tfjs-backend-wasm.wasm'));
  const version = found ? JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).version : undefined;
  return {
    name: 'WebAssembly backend',
    found,
    needed: true,
    version,
    where: found ? path.relative(root, folder) : undefined,
    lost: 'no training without TensorFlow',
    command: 'npm ci',
  };
}

function dataPart() {
  const shared = path.join(root, '..', 'shared', 'data');
  const where = [process.env.PARETINO_DATA, shared].filter(Boolean).find((folder) => fs.existsSync(folder));
  return {
    name: 'real data sets',
    found: Boolean(where),
    where,
    optional: true,
    lost: 'notebooks use the generated data',
    command: 'PARETINO_DATA=<folder>, or let the loaders download',
  };
}

/**
 * `needed`: nothing stands in for it; `optional`: most people do without it.
 * @returns {Array<{name, found, version, where, lost, command, needed, optional}>}
 */
function parts() {
  return [
    require('./dependencies').find(),
    buildPart(),
    tensorflowPart(),
    wasmPart(),
    pythonPart(),
    require('./jupyter').find(),
    ...require('./toolchain').all.map((part) => part.find()),
    ...require('./python-packages').all.map((part) => part.find()),
    dataPart(),
  ].map((state) => ({ needed: false, optional: false, ...state }));
}

module.exports = { parts };
