'use strict';
// Child processes: one way to look at a program, one way to let it work in front of the user.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./paths');

/** Absolute path of a program on PATH, or undefined. */
function which(program) {
  if (path.isAbsolute(program)) return isExecutable(program) ? program : undefined;
  for (const folder of (process.env.PATH || '').split(path.delimiter)) {
    const file = path.join(folder, program);
    if (folder && isExecutable(file)) return file;
  }
  return undefined;
}

function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Runs a program quietly and returns what it said. Never throws: a program that is not there has status 127.
 * @returns {{ok: boolean, status: number|null, stdout: string, stderr: string, output: string, timedOut: boolean}}
 */
function capture(program, args, options = {}) {
  const child = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
    maxBuffer: 1 << 28,
    killSignal: 'SIGKILL',
    ...options,
  });
  const stdout = child.stdout || '';
  const stderr = child.stderr || (child.error ? String(child.error.message) : '');
  const timedOut = Boolean(child.error && child.error.code === 'ETIMEDOUT');
  const status = child.error && child.error.code === 'ENOENT' ? 127 : child.status;
  return { ok: status === 0, status, stdout, stderr, output: stdout + stderr, timedOut };
}

/**
 * Runs a program with its output on the terminal (standard input closed, so nothing can wait for an answer).
 * On a timeout the whole process group is ended.
 * @returns {Promise<{ok: boolean, status: number|null, timedOut: boolean, seconds: number}>}
 */
function show(program, args, { timeout, cwd = root, env = process.env, onLine, stdio } = {}) {
  const began = process.hrtime.bigint();
  return new Promise((resolve) => {
    const piped = Boolean(onLine);
    const child = spawn(program, args, {
      cwd,
      env,
      detached: !stdio && process.platform !== 'win32',
      stdio: stdio || ['ignore', piped ? 'pipe' : 'inherit', piped ? 'pipe' : 'inherit'],
    });
    let timedOut = false;
    const end = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    const timer = timeout
      ? setTimeout(() => {
          timedOut = true;
          end();
        }, timeout)
      : undefined;
    // The child has a process group of its own, so the terminal's Ctrl-C has to be handed on. With the terminal's own
    // streams it shares ours, gets the signal itself and decides when to go.
    const onSignal = () => {
      if (stdio) return;
      end();
      process.exit(130);
    };
    process.once('SIGINT', onSignal);
    process.once('SIGTERM', onSignal);
    if (piped) {
      for (const stream of [child.stdout, child.stderr]) {
        let rest = '';
        stream.setEncoding('utf8');
        stream.on('data', (text) => {
          const lines = (rest + text).split('\n');
          rest = lines.pop();
          lines.forEach((line) => onLine(line));
        });
        stream.on('end', () => {
          if (rest) onLine(rest);
        });
      }
    }
    const finish = (status) => {
      clearTimeout(timer);
      process.removeListener('SIGINT', onSignal);
      process.removeListener('SIGTERM', onSignal);
      resolve({
        ok: status === 0 && !timedOut,
        status,
        timedOut,
        seconds: Number(process.hrtime.bigint() - began) / 1e9,
      });
    };
    child.once('error', () => finish(127));
    child.once('close', (status) => finish(status));
  });
}

/** True if the user asked to do without a thing: PARETINO_WITHOUT="pip apt" (or tfjs-download, tensorflow, jupyter). */
function without(thing) {
  return (process.env.PARETINO_WITHOUT || '').split(/[\s,]+/).includes(thing);
}

/** The last few lines of a program's output, indented, for an explanation. */
function tail(text, lines = 4) {
  return text
    .trim()
    .split('\n')
    .slice(-lines)
    .map((line) => `      ${line}`)
    .join('\n');
}

module.exports = { which, capture, show, without, tail };
