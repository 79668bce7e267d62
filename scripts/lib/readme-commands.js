'use strict';
// Runs one command of the README in the checkout. Three kinds cannot run as they stand: the test command (it is what
// runs), a clone from the network (the checkout itself is cloned instead) and the notebook server (it is asked for
// its page, then stopped).
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { freePort } = require('./free-port');
const { root } = require('./paths');
const { capture, show } = require('./run');
const jupyter = require('./jupyter');
const say = require('./say');

/** @returns {Promise<boolean>} */
async function runReadmeCommand(line) {
  if (/^npm (run )?test\b/.test(line)) return true;
  if (line.startsWith('git clone ')) return cloneHere();
  if (/^cd \S+$/.test(line)) return true;
  if (/^npm run lab\b/.test(line)) return jupyter.find().found ? serverAnswers() : skip('there is no Jupyter here');
  return (await show('bash', ['-c', line], { timeout: 1_500_000 })).ok;
}

function skip(reason) {
  say.line(`    skipped: ${reason}`);
  return true;
}

/** A clone, of the checkout itself: it must hold all that setup reads, so nothing needed may be left uncommitted. */
function cloneHere() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'paretino-clone-'));
  try {
    const cloned = capture('git', ['clone', '--quiet', root, path.join(folder, 'clone')]);
    const needed = ['package-lock.json', 'scripts/start.js', 'notebooks/01-quickstart.ipynb'];
    return cloned.ok && needed.every((name) => fs.existsSync(path.join(folder, 'clone', name)));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Starts the server on a free port, waits up to a minute for its page, and stops it. */
async function serverAnswers() {
  const port = await freePort();
  const args = [path.join(root, 'scripts', 'lab.js'), '--no-browser', '--port', String(port)];
  const child = spawn(process.execPath, args, { cwd: root, detached: true, stdio: ['ignore', 'ignore', 'ignore'] });
  try {
    for (let second = 0; second < 60 && child.exitCode === null; second++) {
      await new Promise((done) => setTimeout(done, 1000));
      const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) }).catch(
        () => undefined,
      );
      if (response && response.status < 500) return true;
    }
    return false;
  } finally {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      /* it is gone */
    }
  }
}

module.exports = { runReadmeCommand };
