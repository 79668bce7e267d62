'use strict';
// Native TensorFlow for @tensorflow/tfjs-node. Two roads lead there:
//   1. the package's own installer, where the host that holds its libtensorflow can be reached;
//   2. the libtensorflow inside PyPI's tensorflow-cpu wheel, with the package's binding compiled against it. Node-API
//      is ABI-stable, so its headers come from npm (node-api-headers) and any Node release loads the result.
// Where neither is open the toolkit trains on WebAssembly, slowly.
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const { root, cacheFolder } = require('./paths');
const { capture, show, which, without, tail } = require('./run');
const apt = require('./apt');
const python = require('./python');
const say = require('./say');

const WHEEL_VERSION = '2.21.0';
const binding = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node');
const addon = path.join(binding, 'lib', 'napi-v8', 'tfjs_binding.node');
const LIBRARIES = {
  'libtensorflow.so': 'libtensorflow_cc.so.2',
  'libtensorflow_cc.so.2': 'libtensorflow_cc.so.2',
  'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
  'libtensorflow_framework.so.2': 'libtensorflow_framework.so.2',
};

const bindingVersion = () => JSON.parse(fs.readFileSync(path.join(binding, 'package.json'), 'utf8')).version;
const wheelFolder = () => path.join(cacheFolder(), `tensorflow-cpu-${WHEEL_VERSION}`);
const cachedAddon = () =>
  path.join(
    cacheFolder(),
    `tfjs-binding-${bindingVersion()}-tf${WHEEL_VERSION}-${process.platform}-${process.arch}.node`,
  );

/** Quick look (no loading): the binding and the libraries it is linked with are there. */
function find() {
  const library = path.join(
    binding,
    'deps',
    'lib',
    process.platform === 'darwin' ? 'libtensorflow.2.dylib' : 'libtensorflow.so',
  );
  const found = !without('tensorflow') && fs.existsSync(addon) && fs.existsSync(library);
  return {
    name: 'TensorFlow',
    found,
    version: found ? libraryVersion(library) : undefined,
    where: found ? path.dirname(fs.realpathSync(library)) : undefined,
    lost: 'training runs on WebAssembly, about 15 times slower',
    command: 'npm run setup (needs PyPI, pip and g++)',
  };
}

function libraryVersion(library) {
  return fs.realpathSync(library).includes('tensorflow-cpu-')
    ? `${WHEEL_VERSION} (tensorflow-cpu wheel)`
    : 'libtensorflow of tfjs-node';
}

/** Loads the backend in a process of its own and computes something; returns what went wrong, or undefined. */
function problem() {
  const program =
    "const tf = require('@tensorflow/tfjs-node'); const x = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync();" +
    "if (tf.getBackend() !== 'tensorflow' || x[3] !== 3) process.exit(3);";
  const result = capture(process.execPath, ['-e', program], {
    timeout: 120_000,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  return result.ok ? undefined : tail(result.output || `exit status ${result.status}`);
}

/**
 * Makes the native backend work by the first road that is open.
 * @returns {Promise<string|undefined>} why not, in one line, or undefined if it works
 */
async function install() {
  if (without('tensorflow')) return 'switched off by PARETINO_WITHOUT';
  const reasons = [];
  for (const road of [fromCache, fromOwnInstaller, fromWheel]) {
    const reason = await road();
    if (!reason) return undefined;
    reasons.push(reason);
  }
  fs.rmSync(path.join(binding, 'lib'), { recursive: true, force: true });
  return reasons.filter((reason) => reason !== 'nothing cached').join('; ');
}

async function fromCache() {
  if (!fs.existsSync(path.join(wheelFolder(), 'tensorflow', 'libtensorflow_cc.so.2')) || !fs.existsSync(cachedAddon()))
    return 'nothing cached';
  linkWheel();
  place(cachedAddon());
  return problem() ? 'nothing cached' : undefined;
}

async function fromOwnInstaller() {
  if (without('tfjs-download')) return 'own download switched off';
  if (!(await reachable('https://storage.googleapis.com/tensorflow/libtensorflow/')))
    return "tfjs-node's download host does not answer";
  say.line("    tfjs-node's own installer …");
  fs.rmSync(path.join(binding, 'deps'), { recursive: true, force: true });
  const lines = [];
  const env = {
    ...process.env,
    PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH}`,
  };
  const result = await show(process.execPath, ['scripts/install.js'], {
    cwd: binding,
    env,
    timeout: 600_000,
    onLine: (text) => lines.push(text),
  });
  if (!result.ok || !fs.existsSync(addon)) return "tfjs-node's own installer failed";
  return problem() ? "tfjs-node's own library does not load" : undefined;
}

async function fromWheel() {
  if (process.platform !== 'linux') return 'no wheel road on this system';
  const compiler = await findCompiler();
  if (!compiler) return `no C++ compiler (${apt.command(['g++'])})`;
  const fetched = await fetchWheel();
  if (fetched) return fetched;
  linkWheel();
  say.line('    compiling the binding …');
  const built = path.join(cacheFolder(), `binding-${process.pid}.node`);
  const include = (folder) => ['-I', folder];
  const result = capture(
    compiler,
    [
      '-shared',
      '-fPIC',
      '-O2',
      '-std=c++17',
      '-DNAPI_VERSION=8',
      ...include(path.join(binding, '..')),
      ...include(path.join(binding, 'deps', 'include')),
      ...include(require(path.join(root, 'node_modules', 'node-api-headers')).include_dir),
      path.join(binding, 'binding', 'tfjs_backend.cc'),
      path.join(binding, 'binding', 'tfjs_binding.cc'),
      `-L${path.join(binding, 'deps', 'lib')}`,
      '-ltensorflow',
      '-ltensorflow_framework',
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      '-o',
      built,
    ],
    { timeout: 600_000 },
  );
  if (!result.ok) return `the binding did not compile:\n${tail(result.output)}\n`;
  fs.renameSync(built, cachedAddon());
  place(cachedAddon());
  const wrong = problem();
  return wrong ? `the compiled binding does not load:\n${wrong}\n` : undefined;
}

async function findCompiler() {
  const look = () => [process.env.CXX, 'g++', 'c++', 'clang++'].filter(Boolean).map(which).find(Boolean);
  return look() || ((await apt.install(['g++'])) ? look() : undefined);
}

/** Downloads the wheel and unpacks its headers and libraries into the cache; returns why not. */
async function fetchWheel() {
  const target = wheelFolder();
  if (fs.existsSync(path.join(target, 'tensorflow', 'libtensorflow_cc.so.2'))) return undefined;
  const interpreter = python.withPip();
  if (!interpreter) return `no pip (${apt.command(['python3-pip', 'python3-venv'])})`;
  if (!python.reachesIndex(interpreter)) return 'pip has no package index';
  fs.mkdirSync(cacheFolder(), { recursive: true });
  const folder = fs.mkdtempSync(path.join(cacheFolder(), 'wheel-'));
  try {
    say.line('    downloading the tensorflow-cpu wheel (about 270 MB, once) …');
    const wheel = await download(interpreter, folder);
    if (!wheel) return 'the tensorflow-cpu wheel could not be downloaded';
    const unpacked = path.join(folder, 'unpacked');
    // Only the headers, the two libraries and the licence: a third of what the wheel holds.
    const program = [
      'import sys, zipfile',
      'wheel = zipfile.ZipFile(sys.argv[1])',
      "keep = ('tensorflow/include/', 'tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')",
      "names = [n for n in wheel.namelist() if n.startswith(keep) or '.dist-info/' in n]",
      'wheel.extractall(sys.argv[2], names)',
    ].join('\n');
    const result = capture(interpreter, ['-c', program, wheel, unpacked], { timeout: 600_000 });
    if (!result.ok) return `the wheel could not be unpacked:\n${tail(result.output)}\n`;
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(unpacked, target);
    return undefined;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** The wheel is only unpacked, never imported, so it need not fit the Python at hand. */
async function download(interpreter, folder) {
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const name = process.arch === 'arm64' ? 'tensorflow' : 'tensorflow-cpu';
  const wanted = `${name}==${WHEEL_VERSION}`;
  const common = python.pip('download', '--no-deps', '--no-cache-dir', '--only-binary=:all:', '--dest', folder, wanted);
  const foreign = ['--python-version', '3.11', '--implementation', 'cp', '--platform', `manylinux_2_27_${machine}`];
  for (const args of [common.concat(foreign), common]) {
    const result = await show(interpreter, args, { timeout: 900_000, onLine: () => undefined });
    const wheel = result.ok && fs.readdirSync(folder).find((file) => file.endsWith('.whl'));
    if (wheel) return path.join(folder, wheel);
  }
  return undefined;
}

/** Points the package's deps folder at the wheel: every header folder (TensorFlow's include XLA's) and both libraries. */
function linkWheel() {
  const deps = path.join(binding, 'deps');
  const wheel = path.join(wheelFolder(), 'tensorflow');
  fs.rmSync(deps, { recursive: true, force: true });
  fs.mkdirSync(path.join(deps, 'lib'), { recursive: true });
  fs.mkdirSync(path.join(deps, 'include'), { recursive: true });
  for (const entry of fs.readdirSync(path.join(wheel, 'include'))) {
    fs.symlinkSync(path.join(wheel, 'include', entry), path.join(deps, 'include', entry));
  }
  for (const [name, target] of Object.entries(LIBRARIES))
    fs.symlinkSync(path.join(wheel, target), path.join(deps, 'lib', name));
}

function place(file) {
  fs.mkdirSync(path.dirname(addon), { recursive: true });
  const partial = `${addon}.${process.pid}`;
  fs.copyFileSync(file, partial);
  fs.renameSync(partial, addon);
}

/** True if a host answers an HTTPS request, whatever the answer, within five seconds. */
function reachable(url) {
  // Behind a proxy only the installer itself knows the way; it has a time limit of its own.
  if (process.env.HTTPS_PROXY || process.env.https_proxy) return Promise.resolve(true);
  return new Promise((resolve) => {
    const request = https.request(url, { method: 'HEAD', timeout: 5_000 }, (response) => {
      response.resume();
      resolve(response.statusCode < 500);
    });
    request.on('timeout', () => {
      request.destroy();
      resolve(false);
    });
    request.on('error', () => resolve(false));
    request.end();
    setTimeout(() => {
      request.destroy();
      resolve(false);
    }, 6_000).unref();
  });
}

module.exports = { find, install, problem };
