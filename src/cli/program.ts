import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../base';
import { addBoardsCommand } from './boards-command';
import { addCheckoutCommands } from './checkout-commands';
import { addFirmwareCommand } from './firmware-command';
import { addRunCommand } from './run-command';
import { addStudyCommands } from './study-commands';

/** The command line: each command prints a table, or JSON with `--json`. */
export function createProgram(): Command {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
    description: string;
  };
  const program = new Command('paretino')
    .description(manifest.description)
    .version(manifest.version)
    .addHelpText('after', '\nEnds with 0 where all is done, 1 where the work failed, 2 for words that it does not know, 130 after an interrupt.')
    // Thrown, not ended with: a command line within a process, such as a test's, must not end it.
    .exitOverride();
  addStudyCommands(program);
  addRunCommand(program);
  addBoardsCommand(program);
  addFirmwareCommand(program);
  addCheckoutCommands(program);
  return program;
}
