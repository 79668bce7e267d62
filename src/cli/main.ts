#!/usr/bin/env node
import { ParetinoError } from '../base';
import { createProgram } from './program';

createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    // The user's mistake is said in one line; anything else is ours and keeps its stack.
    process.stderr.write(
      `${error instanceof ParetinoError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  });
