/* What the studies need of a database that holds Optuna's tables. */

/** A row by column; what SQL calls NULL is null. */
export type Row = Readonly<Record<string, unknown>>;

/** Statements of one transaction. Parameters stand as '?'. */
export interface Session {
  all(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

export interface Database {
  /** For messages. */
  readonly description: string;
  /** False where there is no database yet: then there is nothing to read. */
  exists(): Promise<boolean>;
  /** Creates the database where there is none, with Optuna's tables. */
  create(): Promise<void>;
  /** Runs `work` on one consistent state. */
  read<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * Runs `work` while nobody else creates or ends a trial; all of it holds and is on disk when this returns, or nothing
   * is. It may run again where it came to nothing.
   */
  write<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Something that changes whenever another connection wrote. */
  version(): Promise<string>;
}
