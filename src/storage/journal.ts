import * as fs from 'node:fs';
import { resolve } from 'node:path';
import { DataError, check } from '../base';
import type { StudyStorage } from '../study';
import { logStorage, type RecordLog } from './log-storage';
import { parse, stringify, type LogRecord } from './optuna-format';
import { codeOf, fileProblem, writeError } from './file-error';
import { withFileLock } from './file-lock';
import { Turns } from './turns';

const NEWLINE = 10;
/** Bytes parsed at one go. */
const PORTION = 65_536;

const writeBytes = (fd: number, bytes: Buffer, from: number): number => fs.writeSync(fd, bytes, from);

/** A file of one record a line, read on from where the last reading ended. */
class JournalFile implements RecordLog {
  private offset = 0;
  private line = 0;
  /** Writes of this process one after the other: the lock is between processes. */
  private readonly turns = new Turns();

  constructor(
    readonly description: string,
    private readonly graceMs: number,
    private readonly write: typeof writeBytes,
  ) {}

  read(apply: (record: LogRecord, where: string) => void): void {
    let fd: number;
    try {
      fd = fs.openSync(this.description, 'r');
    } catch (error) {
      if (codeOf(error) === 'ENOENT' && this.offset === 0) return;
      throw new DataError(this.description, undefined, `cannot be read: ${fileProblem(error)}`);
    }
    try {
      const size = fs.fstatSync(fd).size;
      if (size < this.offset) throw new DataError(this.description, `byte ${size}`, 'is shorter than it was: somebody cut or replaced it');
      if (size === this.offset) return;
      const tail = Buffer.alloc(size - this.offset);
      const got = fs.readSync(fd, tail, 0, tail.length, this.offset);
      this.take(tail.subarray(0, got), apply);
    } catch (error) {
      if (codeOf(error) !== 'EISDIR') throw error;
      throw new DataError(this.description, undefined, `cannot be read: ${fileProblem(error)}`);
    } finally {
      fs.closeSync(fd);
    }
  }

  /** Whole lines only: a last one without its end is being written, or was cut off when its writer died. */
  private take(tail: Buffer, apply: (record: LogRecord, where: string) => void): void {
    const last = tail.lastIndexOf(NEWLINE);
    for (let from = 0; from <= last; ) {
      const ends: number[] = [];
      for (let end = from; end <= last && end < from + PORTION; end++) {
        end = tail.indexOf(NEWLINE, end);
        ends.push(end);
      }
      const records = this.parseLines(tail, from, ends);
      for (const [i, end] of ends.entries()) {
        apply(records?.[i] ?? this.parseLine(tail, i === 0 ? from : ends[i - 1] + 1, end), `line ${this.line + 1}`);
        this.line++;
        this.offset += end + 1 - (i === 0 ? from : ends[i - 1] + 1);
      }
      from = ends[ends.length - 1] + 1;
    }
  }

  /** Many lines as one text, in half the time; undefined where that does not give a record a line: then each for itself. */
  private parseLines(tail: Buffer, from: number, ends: readonly number[]): LogRecord[] | undefined {
    try {
      const text = tail.toString('utf8', from, ends[ends.length - 1]);
      const records = JSON.parse(`[${text.replaceAll('\n', ',')}]`) as LogRecord[];
      return records.length === ends.length ? records : undefined;
    } catch {
      return undefined;
    }
  }

  private parseLine(tail: Buffer, from: number, end: number): LogRecord {
    try {
      return parse(tail.toString('utf8', from, end)) as LogRecord;
    } catch {
      const start = tail.toString('utf8', from, Math.min(end, from + 60));
      throw new DataError(this.description, `line ${this.line + 1}`, `not JSON: ${start}`);
    }
  }

  exclusively<T>(work: (append: (records: readonly LogRecord[], durable: boolean) => void) => T): Promise<T> {
    return this.turns.take(async () => {
      try {
        return await withFileLock(this.description, this.graceMs, () => work((records, durable) => this.append(records, durable)));
      } catch (error) {
        throw writeError(error, this.description);
      }
    });
  }

  private append(records: readonly LogRecord[], durable: boolean): void {
    const bytes = Buffer.from(records.map((record) => `${stringify(record)}\n`).join(''));
    const fd = fs.openSync(this.description, 'a');
    try {
      const size = fs.fstatSync(fd).size;
      // Under the lock nobody is writing: an unfinished last line is what a dead process left.
      if (size > this.offset) fs.ftruncateSync(fd, this.offset);
      try {
        for (let written = 0; written < bytes.length; ) written += this.write(fd, bytes, written);
        if (durable) fs.fsyncSync(fd);
      } catch (error) {
        fs.ftruncateSync(fd, this.offset);
        throw error;
      }
    } finally {
      fs.closeSync(fd);
    }
  }
}

/**
 * Studies in an append-only journal file, in the format of Optuna's JournalFileBackend: Optuna and optuna-dashboard
 * open it, it opens theirs, and several processes of either may work on it at once. A finished trial is on disk when
 * `tell` returns.
 *
 * `graceMs`: how long a lock may last without a write before it is taken for left behind (Optuna: 30 s); one of a
 * process that ended on this machine is cleared at once. `write` stands in for the system's own, which
 * may write a part and then fail.
 * @throws DataError naming the line, where the file holds anything but a journal (a cut-off last line is tolerated)
 */
export function journalStorage(
  path: string,
  options: { graceMs?: number; write?: (fd: number, bytes: Buffer, from: number) => number } = {},
): StudyStorage {
  check(typeof path === 'string' && path.length > 0, 'path', path, 'the path of a file');
  return logStorage(new JournalFile(resolve(path), options.graceMs ?? 30_000, options.write ?? writeBytes));
}
