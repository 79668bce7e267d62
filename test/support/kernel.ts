import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..', '..');

export interface Cell {
  code: string;
  /** Seconds after which the kernel is interrupted. */
  interrupt?: number;
  /** What an editor asks about the end of the code, instead of running it. */
  ask?: 'complete' | 'inspect';
  /** Seconds after which the cell counts as hung. */
  limit?: number;
}

export interface CellResult {
  status: string;
  seconds: number;
  messages: {
    type: 'stream' | 'display_data' | 'update_display_data';
    content: { name?: string; text?: string; data?: Record<string, unknown>; transient?: { display_id?: string } };
  }[];
  /** Seconds from the interrupt to the cell's end. */
  interrupted: number | null;
  /** The kernel's answer to what was asked. */
  reply?: { matches?: string[]; data?: Record<string, string> };
}

/** The Python of the checkout's Jupyter environment (or PARETINO_PYTHON), or the reason why there is none to use. */
export function jupyterPython(): { python: string } | { missing: string } {
  const python = [process.env.PARETINO_PYTHON, join(root, '.venv', 'bin', 'python')].find(
    (path) => path !== undefined && existsSync(path),
  );
  if (python === undefined) return { missing: 'no Jupyter environment: npm run setup makes .venv' };
  const probe = 'from jupyter_client.kernelspec import KernelSpecManager as K; K().get_kernel_spec("tslab")';
  if (spawnSync(python, ['-c', probe]).status !== 0) return { missing: `${python} has no Jupyter with a tslab kernel` };
  if (!existsSync(join(root, 'dist', 'notebook', 'index.js'))) return { missing: 'dist/ is not built: npm run build' };
  return { python };
}

/** Runs cells one after the other in one fresh kernel. */
export async function runCells(python: string, cells: readonly Cell[]): Promise<CellResult[]> {
  const child = spawn(python, [join(root, 'test', 'notebook', 'run_cells.py')]);
  const [said, complained]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => complained.push(text));
  child.stdin.end(JSON.stringify({ cwd: root, cells }));
  const status = await new Promise((done, fail) => child.on('close', done).on('error', fail));
  if (status !== 0) throw new Error(`the kernel could not be driven: ${complained.join('')}`);
  return JSON.parse(said.join('')) as CellResult[];
}

/** All that a cell wrote to a stream. */
export function written(result: CellResult, name: 'stdout' | 'stderr' = 'stdout'): string {
  return result.messages.map(({ content }) => (content.name === name ? (content.text ?? '') : '')).join('');
}
