import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DataError, ParetinoError, check } from '../../base';
import type { StudyStorage } from '../../study';
import { writeError } from '../file-error';
import { Turns } from '../turns';
import type { Database, Row, Session } from './database';
import { rdbStorage } from './rdb-storage';
import { SQLITE, checkRevision, definitions } from './tables';

/** The part of the driver that is used. */
interface Connection {
  exec(sql: string): void;
  prepare(sql: string): { all(parameters: readonly unknown[]): Row[] };
  close(): void;
}
type Driver = new (path: string, options: { timeout: number }) => Connection;

/** @throws ParetinoError where the driver, an optional peer of the toolkit, is not installed */
function loadDriver(): Driver {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only where it is wanted, and there
    return require('libsql') as Driver;
  } catch (error) {
    throw new ParetinoError('studies in an SQLite file need the package libsql: npm install libsql', { cause: error });
  }
}

/** Statements are kept prepared; those that name trials one by one are not worth it. */
const KEPT = 64;

const PROBLEMS: Readonly<Record<string, string>> = {
  SQLITE_FULL: 'the disk is full; nothing was written',
  SQLITE_READONLY: 'no permission to write there',
  SQLITE_CANTOPEN: 'cannot be opened: the folder does not exist, or permission is missing',
  SQLITE_NOTADB: 'is not an SQLite database',
  SQLITE_CORRUPT: 'is damaged',
  SQLITE_IOERR: 'the disk failed to read or write',
};

class SqliteFile implements Database {
  private connection: Connection | undefined;
  private readonly turns = new Turns();
  private readonly statements = new Map<string, ReturnType<Connection['prepare']>>();
  private readonly session: Session = { all: (sql, parameters = []) => this.whenFree(() => this.statement(sql).all(parameters)) };

  constructor(
    readonly description: string,
    private readonly graceMs: number,
  ) {}

  async exists(): Promise<boolean> {
    // SQLite makes the file before it writes to it: an empty one is none yet.
    return this.connection !== undefined || (statSync(this.description, { throwIfNoEntry: false })?.size ?? 0) > 0;
  }

  create(): Promise<void> {
    return this.turns.take(() => this.open(true));
  }

  read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.transaction('BEGIN', work);
  }

  write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.transaction('BEGIN IMMEDIATE', work);
  }

  async version(): Promise<string> {
    return this.turns.take(async () => {
      await this.open();
      return String((await this.whenFree(() => this.statement('PRAGMA data_version').all([])))[0].data_version);
    });
  }

  private transaction<T>(begin: string, work: (session: Session) => Promise<T>): Promise<T> {
    return this.turns.take(async () => {
      await this.open();
      await this.whenFree(() => this.connection!.exec(begin));
      try {
        const result = await work(this.session);
        // A reader may hold the file for a moment: the transaction stays open meanwhile.
        await this.whenFree(() => this.connection!.exec('COMMIT'));
        return result;
      } catch (error) {
        try {
          this.connection!.exec('ROLLBACK');
        } catch {
          // SQLite has rolled back by itself.
        }
        throw this.explained(error);
      }
    });
  }

  private async open(create = false): Promise<void> {
    if (this.connection !== undefined) return;
    const Driver = loadDriver();
    try {
      this.connection = new Driver(this.description, { timeout: 0 });
      if (create) await this.createTables();
      await this.whenFree(() => this.statement('SELECT 1 FROM sqlite_master').all([]));
      await checkRevision(this.session, this.description);
    } catch (error) {
      this.statements.clear();
      this.connection?.close();
      this.connection = undefined;
      throw this.explained(error);
    }
  }

  private async createTables(): Promise<void> {
    await this.whenFree(() => this.connection!.exec('BEGIN IMMEDIATE'));
    try {
      // Another process may have been quicker.
      if (this.connection!.prepare('SELECT 1 FROM sqlite_master').all([]).length === 0)
        for (const sql of definitions(SQLITE)) this.connection!.exec(sql);
      await this.whenFree(() => this.connection!.exec('COMMIT'));
    } catch (error) {
      this.connection!.exec('ROLLBACK');
      throw error;
    }
  }

  private statement(sql: string): ReturnType<Connection['prepare']> {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.connection!.prepare(sql);
      if (this.statements.size < KEPT) this.statements.set(sql, statement);
    }
    return statement;
  }

  /** Waits, without holding up this process, for others that have the file. */
  private async whenFree<T>(work: () => T): Promise<T> {
    const since = Date.now();
    for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
      try {
        return work();
      } catch (error) {
        if (!/^SQLITE_(BUSY|LOCKED)/.test(codeOf(error))) throw error;
        if (Date.now() - since > this.graceMs)
          throw new DataError(this.description, undefined, `another process has held it for ${Math.round(this.graceMs / 1000)} s`);
      }
      await pause(wait);
    }
  }

  private explained(error: unknown): unknown {
    if (error instanceof DataError) return error;
    const code = codeOf(error);
    const kind = Object.keys(PROBLEMS).find((one) => code.startsWith(one));
    if (kind !== undefined) return new DataError(this.description, undefined, PROBLEMS[kind]);
    const failed = /ConnectionFailed/.test(String(error));
    if (failed) return new DataError(this.description, undefined, PROBLEMS.SQLITE_CANTOPEN);
    return writeError(error, this.description);
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? '');

/**
 * Studies in an SQLite file with the tables of Optuna's RDBStorage (`sqlite:///path` there): Optuna and
 * optuna-dashboard open it, it opens theirs, and several processes of either may work on it at once. For studies that
 * outgrow a journal; needs the package libsql. What a call wrote is on disk when it returns.
 *
 * `graceMs`: how long to wait for another process that holds the file (default 30 s).
 * @throws DataError where the file is no such database or cannot be written
 */
export function sqliteStorage(path: string, { graceMs = 30_000 }: { graceMs?: number } = {}): StudyStorage {
  check(typeof path === 'string' && path.length > 0, 'path', path, 'the path of a file');
  return rdbStorage(new SqliteFile(resolve(path), graceMs));
}
