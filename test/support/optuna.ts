import { execFileSync, spawnSync } from 'node:child_process';
import { pythons } from './python';
import { skip } from './skip';

const found = new Map<string, string | undefined>();

/** A Python that imports this module; where there is none, says so and skips the running test. */
export function needPython(test: Mocha.Context, module: 'optuna' | 'optuna_dashboard' | 'psycopg'): string {
  if (!found.has(module)) found.set(module, pythons('PARETINO_OPTUNA_PYTHON').find((python) => spawnSync(python, ['-c', `import ${module}`]).status === 0));
  const python = found.get(module);
  if (python === undefined) skip(test, `no Python with ${module} (npm run setup, or name one in PARETINO_OPTUNA_PYTHON)`);
  return python as string;
}

/** What a Python program prints last, as JSON; `storage`, Optuna's, is there for it. */
export function runOptuna<T>(python: string, address: string, program: string, cwd?: string): T {
  const code = `
import json, sys, warnings, optuna
warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
optuna.logging.set_verbosity(optuna.logging.ERROR)
from sqlalchemy import event, engine
# Optuna commits each trial by itself: on the disk a thousand of them would take a minute.
address = sys.argv[1]
if address.startswith("sqlite"): event.listen(engine.Engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
storage = optuna.storages.RDBStorage(address) if "://" in address else optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(address))
${program}`;
  const said = execFileSync(python, ['-c', code, address], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 28 });
  return JSON.parse(said.trim().split('\n').pop()!) as T;
}
