'use strict';
// Brings a checkout to the point where everything that this machine allows works. What is there already is left alone,
// and a road found closed is not tried again for a day unless the user asks (`npm run setup`).
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./paths');
const say = require('./say');
const dependencies = require('./dependencies');

const memory = path.join(root, '.cache', 'setup.json');
const DAY = 24 * 3600 * 1000;

/** What the outcome of an attempt depends on, as far as the user can change it. */
const circumstances = () =>
  [process.env.PARETINO_WITHOUT, process.env.PIP_INDEX_URL, process.env.HTTPS_PROXY]
    .map((value) => value || '')
    .join(' ');

function triedLately(name) {
  try {
    const tried = JSON.parse(fs.readFileSync(memory, 'utf8'))[name];
    return tried && tried.circumstances === circumstances() && Date.now() - tried.at < DAY ? tried.reason : undefined;
  } catch {
    return undefined;
  }
}

function remember(name, reason) {
  let all = {};
  try {
    all = JSON.parse(fs.readFileSync(memory, 'utf8'));
  } catch {
    /* the first time */
  }
  if (reason) all[name] = { at: Date.now(), reason, circumstances: circumstances() };
  else delete all[name];
  fs.mkdirSync(path.dirname(memory), { recursive: true });
  fs.writeFileSync(memory, `${JSON.stringify(all, null, 2)}\n`);
}

/** A part found or, failing that, installed; says one line about it either way. */
async function ensure(part, again) {
  const clock = say.stopwatch();
  let state = part.find();
  if (state.found) return report(state, true);
  let reason = again ? undefined : triedLately(state.name);
  if (!reason) {
    say.line(`  ${say.dim('·')} ${state.name} …`);
    reason = await part.install();
    remember(state.name, reason);
    state = part.find();
  }
  return report(state, state.found, reason, clock());
}

function report(state, found, reason, seconds) {
  if (found) {
    say.line(
      `  ${say.green('✓')} ${[state.name, state.version].filter(Boolean).join(' ')}` +
        (seconds ? say.dim(`  ${say.duration(seconds)}`) : ''),
    );
  } else if (!state.optional) {
    say.line(`  ${say.red('–')} ${state.name}: ${state.lost}. To mend it: ${state.command}`);
    if (reason && !reason.includes(state.command)) say.line(say.dim(`      (${reason})`));
  }
  return found;
}

/**
 * Sets up the checkout.
 * @param {{again?: boolean, forTests?: boolean}} options again: try closed roads once more; forTests: what only tests use
 */
async function setup({ again = false, forTests = again } = {}) {
  say.line(say.bold('Setting up'));
  const state = dependencies.find();
  if (!state.found) {
    say.line(`  ${say.dim('·')} npm packages …`);
    await dependencies.install();
  }
  say.line(`  ${say.green('✓')} npm packages on Node ${process.versions.node}`);
  // Jupyter first: its environment brings the pip that fetches TensorFlow.
  await ensure(require('./jupyter'), again);
  await ensure(require('./tensorflow'), again);
  const toolchain = require('./toolchain');
  for (const part of [toolchain.hostCompiler, toolchain.armCompiler, toolchain.armEmulator]) await ensure(part, again);
  // The optional tools are taken where they lie; only an explicit setup goes and gets them.
  for (const part of [toolchain.riscvCompiler, toolchain.riscvEmulator, toolchain.pdfWriter])
    if (again || part.find().found) await ensure(part, again);
  if (forTests) for (const part of require('./python-packages').all) await ensure(part, again);
}

module.exports = { setup };
