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
  const program = new Command('paretino').description(manifest.description).version(manifest.version);
  addStudyCommands(program);
  addRunCommand(program);
  addBoardsCommand(program);
  addFirmwareCommand(program);
  addCheckoutCommands(program);
  return program;
}
