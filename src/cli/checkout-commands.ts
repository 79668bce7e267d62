import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ParetinoError, packageRoot } from '../base';
import { Ended } from './outcome';

/** Runs a script of the checkout with the given words, on the same terminal. @throws Ended with its status where that is not 0 */
function script(name: string, words: readonly string[]): void {
  const file = join(packageRoot, 'scripts', `${name}.js`);
  if (!existsSync(file))
    throw new ParetinoError(`'paretino ${name}' works in a checkout of Paretino: there is no ${file}`);
  const child = spawnSync(process.execPath, [file, ...words], { stdio: 'inherit' });
  const status = child.status ?? (child.signal === null ? 1 : 128 + constants.signals[child.signal]);
  if (status !== 0) throw new Ended(status);
}

/** Adds the commands that need a checkout: what is installed here, and the notebooks. */
export function addCheckoutCommands(program: Command): void {
  program
    .command('doctor')
    .description('each part: where it was found, what is lost without it, what installs it')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => script('doctor', options.json ? ['--json'] : []));

  program
    .command('lab [options...]')
    .description("JupyterLab on the checkout's notebooks; further words go to Jupyter")
    .allowUnknownOption()
    .action((words: string[]) => script('lab', words));
}
