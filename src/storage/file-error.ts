import { DataError, messageOf } from '../base';

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; nothing was written',
  EDQUOT: 'the disk quota is used up; nothing was written',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EROFS: 'the file system is read-only',
  ENOENT: 'the folder does not exist',
  EISDIR: 'is a folder',
  ENOTDIR: 'its folder is a file',
};

/** Of an error of the file system. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** A plain message for the errors that users meet. */
export function fileProblem(error: unknown): string {
  return PROBLEMS[codeOf(error) ?? ''] ?? messageOf(error);
}

/** What the file system says of writing to a path, as a DataError; any other error as it is. */
export function writeError(error: unknown, path: string): unknown {
  if (typeof (error as NodeJS.ErrnoException).syscall !== 'string') return error;
  return new DataError(path, undefined, `cannot be written: ${fileProblem(error)}`);
}
