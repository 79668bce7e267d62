#!/usr/bin/env node
import { commandLine } from './command-line';

let unwritten = 0;
// A reader that has seen enough (`| head -1`) ends nothing: what it will not read is dropped, and a run goes on.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`standard output: ${error.message}\n`);
  unwritten = 1;
});

void commandLine(process.argv.slice(2)).then((status) => {
  // All that was said is out first; a timer or a connection that the user's module left open keeps nobody waiting.
  process.stdout.write('', () => setImmediate(() => process.exit(status || unwritten)));
});
