import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const venv = resolve(__dirname, '..', '..', '.venv', process.platform === 'win32' ? 'Scripts' : 'bin');

/** Interpreters to look for a module in: the one named by an environment variable, the checkout's own, the system's. */
export function pythons(variable: string): string[] {
  const own = join(venv, 'python');
  return [process.env[variable], existsSync(own) ? own : undefined, 'python3'].filter((one): one is string => one !== undefined);
}
