import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runProcess } from '../../src/emulate';
import { pythons } from './python';
import { skip } from './skip';

const PROGRAM = join(__dirname, 'tflite_run.py');

let found: string | undefined | null = null;

/**
 * What runs .tflite files with TensorFlow Lite's reference kernels, FILE.in to FILE.out, in a Python that has LiteRT,
 * TensorFlow or tflite-runtime; where none has, says so and skips the running test.
 */
export function needTflite(test: Mocha.Context): (paths: readonly string[]) => Promise<void> {
  if (found === null) found = pythons('PARETINO_TFLITE_PYTHON').find((python) => spawnSync(python, [PROGRAM, '--version']).status === 0);
  const python = found;
  if (python === undefined) skip(test, 'no Python with TensorFlow Lite (npm run setup, or name one in PARETINO_TFLITE_PYTHON)');
  return async (paths) => {
    const { code, stderr } = await runProcess(python as string, [PROGRAM, ...paths]);
    if (code !== 0) throw new Error(stderr.slice(-2000));
  };
}
