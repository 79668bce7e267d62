import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { skip } from './skip';

/** Folder of the server's programs: Debian keeps them off the path. */
function programs(): string | undefined {
  const own = '/usr/lib/postgresql';
  const versions = existsSync(own) ? readdirSync(own).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(own, version, 'bin')), ...(process.env.PATH ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'initdb')));
}

export interface PostgresServer {
  /** Address of a new, empty database. */
  database(): string;
  /** Address of the database that goes with a folder: a new, empty one at first, then the same. */
  databaseOf(folder: string): string;
  stop(): void;
}

/** A server of the tests' own, in a temporary folder; where PostgreSQL is not installed, says so and skips. */
export async function startPostgres(test: Mocha.Context): Promise<PostgresServer> {
  const bin = programs();
  if (bin === undefined) skip(test, 'no PostgreSQL server (Debian: apt-get install postgresql)');
  const folder = mkdtempSync(join(tmpdir(), 'paretino-postgres-'));
  const port = await freePort();
  // The server refuses to be root.
  let user: { uid?: number; gid?: number } = {};
  if (process.getuid?.() === 0) {
    const id = (kind: string): number => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
    user = { uid: id('-u'), gid: id('-g') };
    chownSync(folder, user.uid!, user.gid!);
  }
  const run = (program: string, words: readonly string[]): void => {
    const { status, stderr } = spawnSync(join(bin as string, program), words, { ...user, cwd: folder, encoding: 'utf8', stdio: ['ignore', 'ignore', program === 'initdb' ? 'pipe' : 'ignore'] });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr ?? ''}`);
  };
  const data = join(folder, 'data');
  run('initdb', ['-D', data, '-A', 'trust', '-U', 'tests', '--no-sync', '-E', 'UTF8']);
  run('pg_ctl', ['-D', data, '-l', join(folder, 'log'), '-w', 'start', '-o', `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c max_connections=30`]);
  let count = 0;
  const database = (): string => {
    const name = `d${count++}`;
    run('createdb', ['-h', '127.0.0.1', '-p', String(port), '-U', 'tests', name]);
    return `postgresql://tests@127.0.0.1:${port}/${name}`;
  };
  const databases = new Map<string, string>();
  return {
    database,
    databaseOf(own) {
      const address = databases.get(own) ?? database();
      databases.set(own, address);
      return address;
    },
    stop() {
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      rmSync(folder, { recursive: true });
    },
  };
}
