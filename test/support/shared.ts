import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { skip } from './skip';

/** Reference data and other people's answers, kept beside the checkout; absent on most machines. */
const root = resolve(__dirname, '..', '..', '..', 'shared');

/** Path inside the folder of reference material, or undefined where it is not there: the test then skips itself. */
export function sharedPath(...parts: string[]): string | undefined {
  const path = join(root, ...parts);
  return existsSync(path) ? path : undefined;
}

/** As sharedPath; where the file is missing, says so and skips the running test. */
export function needShared(test: Mocha.Context, ...parts: string[]): string {
  const path = sharedPath(...parts);
  if (path === undefined) skip(test, `no ${join('shared', ...parts)} beside the checkout`);
  return path as string;
}
