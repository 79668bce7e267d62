import { DataError, ParetinoError, check } from '../../base';
import type { StudyStorage } from '../../study';
import { Turns } from '../turns';
import type { Database, Row, Session } from './database';
import { rdbStorage } from './rdb-storage';
import { POSTGRES, checkRevision, definitions } from './tables';

/** The part of the driver that is used. */
interface Client {
  connect(): Promise<void>;
  query(statement: string | { name?: string; text: string; values: readonly unknown[] }): Promise<{ rows: Row[] }>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): void;
  /** An open connection keeps the process alive, or does not. */
  ref(): void;
  unref(): void;
}
interface Driver {
  readonly Client: new (options: object) => Client;
}

/** @throws ParetinoError where the driver, an optional peer of the toolkit, is not installed */
function loadDriver(): Driver {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only where it is wanted, and there
    return require('pg') as Driver;
  } catch (error) {
    throw new ParetinoError('studies in a PostgreSQL database need the package pg: npm install pg', { cause: error });
  }
}

/** The address without its password, for messages. */
function withoutPassword(address: URL): string {
  const shown = new URL(address);
  shown.password = '';
  return shown.href;
}

/** True for the address of a PostgreSQL database: what begins like one. */
export function isPostgresAddress(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text);
}

/** By SQLSTATE, the longest first that begins it; or by Node's code. */
const PROBLEMS: Readonly<Record<string, string>> = {
  '53100': 'the disk of the server is full; nothing was written',
  '53300': 'the server takes no more connections',
  '25006': 'the server takes no writing: it is read-only',
  '28': 'the server does not let this user in',
  '3D000': 'the server has no such database (createdb makes one)',
  '42501': 'this user lacks permission',
  '57': 'the server ended the connection',
  '08': 'the connection was lost',
  '55P03': 'another process holds its tables',
  ECONNREFUSED: 'no server answers there',
  ENOTFOUND: 'there is no such machine',
  ENOENT: 'no server answers there',
  ECONNRESET: 'the connection was lost',
  ETIMEDOUT: 'no server answers there',
};
/** Two processes waited for each other, and this one was chosen to begin again. */
const TRY_AGAIN = ['40P01', '40001'];
const ATTEMPTS = 5;

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? '');

/** '?' as PostgreSQL numbers its parameters. */
function numbered(sql: string): string {
  let count = 0;
  return sql.replace(/\?/g, () => `$${++count}`);
}

class PostgresDatabase implements Database {
  readonly description: string;
  private client: Client | undefined;
  /** Whether Optuna's tables are known to be there. */
  private ready = false;
  private readonly turns = new Turns();
  private readonly session: Session = {
    all: async (sql, values = []) => (await this.client!.query({ text: numbered(sql), values })).rows,
  };

  constructor(
    private readonly address: URL,
    private readonly graceMs: number,
  ) {
    this.description = withoutPassword(address);
  }

  exists(): Promise<boolean> {
    return this.connected(async () => this.ready || this.hasTables());
  }

  create(): Promise<void> {
    return this.connected(() =>
      this.transaction('BEGIN', async () => {
        // One process at a time: the tables that it would lock are not there yet.
        await this.client!.query("SELECT pg_advisory_xact_lock(hashtext('paretino: tables of Optuna'))");
        if (!(await this.hasTables())) for (const sql of definitions(POSTGRES)) await this.client!.query(sql);
      }),
    );
  }

  read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.connected(async () => {
      await this.checkTables();
      return this.transaction('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', () => work(this.session));
    });
  }

  write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.connected(async () => {
      await this.checkTables();
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.transaction('BEGIN', async () => {
            // Excludes itself, and whoever adds or changes a trial, as Optuna does; readers are let through.
            await this.client!.query('LOCK TABLE trials IN SHARE ROW EXCLUSIVE MODE');
            return work(this.session);
          });
        } catch (error) {
          if (!TRY_AGAIN.includes(codeOf(error)) || attempt === ATTEMPTS) throw error;
        }
      }
    });
  }

  version(): Promise<string> {
    // Which transactions have ended: another answer after each that wrote.
    return this.connected(async () => String((await this.session.all('SELECT pg_current_snapshot()::text AS snapshot'))[0].snapshot));
  }

  private async transaction<T>(begin: string, work: () => Promise<T>): Promise<T> {
    await this.client!.query(begin);
    try {
      const result = await work();
      await this.client!.query('COMMIT');
      return result;
    } catch (error) {
      // Without a connection the server does it by itself.
      await this.client?.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** In its turn, with a connection, which keeps the process alive as long as it is wanted. */
  private connected<T>(work: () => Promise<T>): Promise<T> {
    return this.turns.take(async () => {
      try {
        this.client ??= await this.connect();
        const { client } = this;
        client.ref();
        try {
          return await work();
        } finally {
          client.unref();
        }
      } catch (error) {
        throw this.explained(error);
      }
    });
  }

  private async connect(): Promise<Client> {
    const client = new (loadDriver().Client)({
      connectionString: this.address.href,
      application_name: 'paretino',
      connectionTimeoutMillis: this.graceMs,
      lock_timeout: this.graceMs,
    });
    // Between two calls nobody else listens; the next call connects anew.
    client.on('error', () => {
      if (this.client === client) this.client = undefined;
    });
    await client.connect();
    return client;
  }

  private async hasTables(): Promise<boolean> {
    // By the catalogue's rows: to_regclass may remember that there was no such table.
    return (await this.session.all("SELECT 1 FROM pg_tables WHERE tablename = 'trials' AND schemaname = ANY (current_schemas(false))")).length > 0;
  }

  private async checkTables(): Promise<void> {
    if (!this.ready) await checkRevision(this.session, this.description);
    this.ready = true;
  }

  private explained(error: unknown): unknown {
    if (error instanceof ParetinoError) return error;
    const code = codeOf(error);
    const kind = Object.keys(PROBLEMS).find((one) => code.startsWith(one));
    if (kind !== undefined) return new DataError(this.description, undefined, PROBLEMS[kind]);
    if (/[Cc]onnection (terminated|ended|timeout)|timeout expired|not queryable/.test(String(error))) {
      this.client = undefined;
      return new DataError(this.description, undefined, /timeout/.test(String(error)) ? PROBLEMS.ETIMEDOUT : PROBLEMS.ECONNRESET);
    }
    return error;
  }
}

/**
 * Studies in a PostgreSQL database with the tables of Optuna's RDBStorage (the same address there): Optuna and
 * optuna-dashboard open it, it opens theirs, and processes of either on several machines may work on it at once. The
 * database must exist; the tables are made where they are missing. Needs the package pg. What a call wrote is on the
 * server's disk when it returns.
 *
 * `address`: `postgresql://user:password@host:port/database`; what it leaves out is taken from PGHOST, PGPASSWORD ….
 * `graceMs`: how long to wait for the server, and for another process that holds the tables (default 30 s).
 * @throws DataError where the server cannot be reached, refuses, or holds something else
 */
export function postgresStorage(address: string, { graceMs = 30_000 }: { graceMs?: number } = {}): StudyStorage {
  let url: URL | undefined;
  try {
    url = new URL(address);
  } catch {
    // Said below, with what is wanted.
  }
  check(url !== undefined && isPostgresAddress(address), 'address', address, 'postgresql://user@host/database');
  return rdbStorage(new PostgresDatabase(url, graceMs));
}
