import { measuredCompilers, type Board } from '../../src/deploy';
import { compilerVersion } from '../../src/emulate/measure-code';

/** Whether the table of code sizes is of the compiler that builds for this board here: then ROM is predicted to the byte. */
export async function isMeasured(board: Board): Promise<boolean> {
  const { compiler, version } = await compilerVersion(board);
  return measuredCompilers[compiler] === version;
}
