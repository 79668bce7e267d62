import { ParetinoError } from '../../base';

/**
 * A driver that is an optional peer of the toolkit, loaded by the first use.
 * @throws ParetinoError saying what to install
 */
export function loadDriver(name: string): unknown {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only where it is wanted, and there
    return require(name);
  } catch (error) {
    throw new ParetinoError(`studies in such a database need the package ${name}: npm install ${name}`, { cause: error });
  }
}
