'use strict';
// TypeScript to dist/, skipped where dist/ was made from exactly these sources.
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./paths');
const { capture } = require('./run');
const say = require('./say');

const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built-from');

function filesUnder(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesUnder(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
    );
}

/** A fingerprint of everything that dist/ depends on. */
function fingerprint() {
  const hash = crypto.createHash('sha256');
  for (const file of [
    ...filesUnder(path.join(root, 'src')),
    path.join(root, 'tsconfig.json'),
    path.join(root, 'package-lock.json'),
  ]) {
    hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

const isCurrent = () => fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === fingerprint();

/** `npx paretino` in the checkout: npm links the commands of every package but the root's own. */
function linkCommand() {
  const link = path.join(root, 'node_modules', '.bin', 'paretino');
  fs.rmSync(link, { force: true });
  fs.symlinkSync(path.join('..', '..', 'dist', 'cli', 'main.js'), link);
}

/** Builds dist/ beside the old one and swaps them, so that a failed build leaves the old one in use. */
function build() {
  const clock = say.stopwatch();
  const print = fingerprint();
  linkCommand();
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === print) {
    say.line(`  ${say.green('✓')} build is current`);
    return;
  }
  const fresh = path.join(root, `dist.${process.pid}`);
  const result = capture(
    process.execPath,
    [
      path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
      '-p',
      'tsconfig.json',
      '--noEmitOnError',
      '--outDir',
      fresh,
    ],
    { timeout: 300_000 },
  );
  if (!result.ok) {
    fs.rmSync(fresh, { recursive: true, force: true });
    throw new Error(`the TypeScript build failed:\n${result.output}`);
  }
  fs.writeFileSync(path.join(fresh, '.built-from'), print);
  const main = path.join(fresh, 'cli', 'main.js');
  if (fs.existsSync(main)) fs.chmodSync(main, 0o755);
  fs.rmSync(dist, { recursive: true, force: true });
  fs.renameSync(fresh, dist);
  say.line(`  ${say.green('✓')} built ${say.dim(say.duration(clock()))}`);
}

module.exports = { build, isCurrent };
