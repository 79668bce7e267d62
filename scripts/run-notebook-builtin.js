#!/usr/bin/env node
'use strict';
// usage: run-notebook-builtin.js NOTEBOOK OUT_FOLDER [--timeout SECONDS]
//
// Executes a notebook without Jupyter: each cell goes through tslab's own converter and executor, as in its kernel.
// Output is shown on the terminal and kept; the executed notebook and a self-contained page are written, also after a
// failure.
const fs = require('node:fs');
const path = require('node:path');
const util = require('node:util');
const { root } = require('./lib/paths');
const { notebookPage } = require('./lib/notebook-page');
const tidiness = require('./lib/tidiness.json');

const [file, out, ...rest] = process.argv.slice(2);
const timeout = rest[0] === '--timeout' ? Number(rest[1]) : 900;
const source = path.resolve(file);
const target = path.resolve(out);
const terminal = process.stdout.write.bind(process.stdout);
const UNTIDY = new RegExp(tidiness.untidy, 'im');
const notebook = JSON.parse(fs.readFileSync(source, 'utf8'));
const text = (value) => (Array.isArray(value) ? value.join('') : value);

// A kernel's working folder is its notebook's folder; tslab's converter looks at it when it is created.
process.chdir(path.dirname(source));
const from = (module) => require(path.join(root, 'node_modules', 'tslab', 'dist', module));
const jupyter = from('jupyter');
const { createConverter } = from('converter');
const { createExecutor } = from('executor');

let outputs = [];
const late = [];

function stream(name, chunk) {
  const said = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
  const last = outputs[outputs.length - 1];
  if (last && last.output_type === 'stream' && last.name === name) last.text += said;
  else outputs.push({ output_type: 'stream', name, text: said });
  terminal(said.replace(/^(?=.)/gm, '        | '));
  return true;
}

const displays = new Map();

/** What tslab's kernel would send as display_data or update_display_data. */
function display(content, update) {
  const id = content.transient && content.transient.display_id;
  const output = { output_type: 'display_data', data: content.data, metadata: content.metadata || {} };
  if (id !== undefined && displays.has(id)) {
    for (const shown of displays.get(id)) Object.assign(shown, output);
    if (update) return;
  }
  if (update) return;
  outputs.push(output);
  if (id !== undefined) displays.set(id, [...(displays.get(id) || []), output]);
}

function write(failed) {
  const name = path.basename(source, '.ipynb');
  fs.mkdirSync(target, { recursive: true });
  fs.writeFileSync(path.join(target, `${name}.ipynb`), `${JSON.stringify(notebook, null, 1)}\n`);
  fs.writeFileSync(path.join(target, `${name}.html`), notebookPage(notebook, name));
  return failed;
}

/** Why a cell's output is not fit to be seen; undefined where it is. */
function untidy({ metadata, outputs: shown }) {
  if (metadata.tags?.includes(tidiness.onPurpose)) return undefined;
  for (const output of shown) {
    const said = output.output_type === 'stream' ? output.text : text(output.data?.['text/plain'] ?? '');
    if (output.name === 'stderr') return `a cell wrote to standard error:\n${said.trim().slice(0, 500)}`;
    const found = said.split('\n').find((line) => UNTIDY.test(line));
    if (found !== undefined) return `a cell shows a warning or a stack frame: ${found.trim().slice(0, 300)}`;
  }
  return undefined;
}

async function executeCell(executor, cell) {
  let timer;
  const expired = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`a cell did not end within ${timeout} s`)), timeout * 1000);
  });
  try {
    return await Promise.race([executor.execute(text(cell.source)), expired]);
  } finally {
    clearTimeout(timer);
  }
}

async function main() {
  const node = createConverter({ isJS: false, isBrowser: false });
  const convs = {
    node,
    get browser() {
      throw new Error('browser cells need Jupyter');
    },
    close: () => node.close(),
  };
  const print =
    (name) =>
    (...values) =>
      stream(name, `${util.format(...values)}\n`);
  const executor = createExecutor(process.cwd(), convs, { log: print('stdout'), error: print('stderr') });
  process.on('SIGINT', () => executor.interrupt());
  process.on('uncaughtException', (error) => {
    late.push(error);
    print('stderr')('UncaughtException:', error);
  });
  process.on('unhandledRejection', (error) => {
    late.push(error);
    print('stderr')('UnhandledPromiseRejection:', error);
  });

  const cells = notebook.cells.filter((cell) => cell.cell_type === 'code' && text(cell.source).trim());
  let failure;
  process.stdout.write = (chunk) => stream('stdout', chunk);
  process.stderr.write = (chunk) => stream('stderr', chunk);
  jupyter.lastWriteDisplayData = display;
  for (const cell of notebook.cells)
    if (cell.cell_type === 'code') Object.assign(cell, { outputs: [], execution_count: null });
  for (const [index, cell] of cells.entries()) {
    outputs = cell.outputs;
    const began = process.hrtime.bigint();
    const title = text(cell.source)
      .split('\n')
      .find((line) => line.trim())
      .trim()
      .slice(0, 70);
    terminal(`    [${index + 1}/${cells.length}] ${title}\n`);
    let ok = false;
    try {
      ok = await executeCell(executor, cell);
    } catch (error) {
      print('stderr')(error.message);
    }
    cell.execution_count = index + 1;
    terminal(`          ${(Number(process.hrtime.bigint() - began) / 1e9).toFixed(1)} s\n`);
    if (!ok) {
      failure = `a cell failed: ${title}`;
      const said = outputs
        .filter((output) => output.name === 'stderr')
        .map((output) => output.text)
        .join('');
      outputs.push({
        output_type: 'error',
        ename: 'Error',
        evalue: said.split('\n')[0] || failure,
        traceback: said.split('\n'),
      });
      break;
    }
  }
  if (!failure) failure = cells.map(untidy).find((found) => found !== undefined);
  if (!failure) await new Promise((done) => setTimeout(done, 1000));
  if (!failure && late.length > 0) failure = `an error arrived after its cell had ended: ${late[0]}`;
  notebook.metadata.language_info = { name: 'typescript', file_extension: '.ts', mimetype: 'text/typescript' };
  write();
  terminal(failure ? `  ${file} FAILED: ${failure}\n` : `  ${file} passed\n`);
  // The notebook may have left timers and sockets behind; they are nobody's business now.
  process.exit(failure ? 1 : 0);
}

main().catch((error) => {
  terminal(`  ${file} FAILED: ${error.stack}\n`);
  process.exit(1);
});
