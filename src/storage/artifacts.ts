import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ArgumentError, DataError, check } from '../base';
import type { Artifact } from '../study';
import { codeOf, fileProblem, writeError } from './file-error';

/** Files by the hash of their content: what many trials share, such as the kernels of their firmware, is there once. */
export interface ArtifactStore {
  /** The folder. */
  readonly path: string;
  /** Keeps a content under a name; on disk when it returns. */
  put(filename: string, content: string | Uint8Array): Artifact;
  /** Keeps every file of a folder, named by its path there ('pico/main.c'), in order of name. */
  putFolder(folder: string): Artifact[];
  /**
   * The content of an artifact, or of its id.
   * @throws DataError where it is missing, or not what it was
   */
  get(artifact: Pick<Artifact, 'id'> | string): Buffer;
  /** Writes artifacts back as files of a folder: the inverse of putFolder. */
  restore(artifacts: readonly Artifact[], folder: string): void;
}

const MIME: Readonly<Record<string, string>> = {
  c: 'text/x-c', h: 'text/x-c', ld: 'text/plain', md: 'text/markdown', txt: 'text/plain', log: 'text/plain', csv: 'text/csv',
  json: 'application/json', svg: 'image/svg+xml', png: 'image/png', pdf: 'application/pdf', html: 'text/html',
};

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

class Folder implements ArtifactStore {
  constructor(readonly path: string) {}

  put(filename: string, content: string | Uint8Array): Artifact {
    check(typeof filename === 'string' && filename.length > 0, 'filename', filename, 'a name');
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const id = hashOf(bytes);
    const extension = filename.slice(filename.lastIndexOf('.') + 1).toLowerCase();
    const artifact = { id, filename, mimetype: MIME[extension] ?? 'application/octet-stream' };
    const target = join(this.path, id);
    if (fs.statSync(target, { throwIfNoEntry: false })?.size === bytes.length) return artifact;
    const part = `${target}.${randomUUID()}.part`;
    try {
      fs.mkdirSync(this.path, { recursive: true });
      const fd = fs.openSync(part, 'wx');
      try {
        fs.writeFileSync(fd, bytes);
        fs.fsyncSync(fd);
      } finally {
        fs.closeSync(fd);
      }
      fs.renameSync(part, target);
    } catch (error) {
      fs.rmSync(part, { force: true });
      throw writeError(error, this.path);
    }
    return artifact;
  }

  putFolder(folder: string): Artifact[] {
    const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const names = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
    return names.sort().map((name) => this.put(name, fs.readFileSync(join(folder, name))));
  }

  get(artifact: Pick<Artifact, 'id'> | string): Buffer {
    const id = typeof artifact === 'string' ? artifact : artifact.id;
    check(/^[0-9A-Za-z-]+$/.test(id), 'artifact', id, 'the id of an artifact');
    const path = join(this.path, id);
    let content: Buffer;
    try {
      content = fs.readFileSync(path);
    } catch (error) {
      throw new DataError(path, undefined, `cannot be read: ${codeOf(error) === 'ENOENT' ? 'there is no such artifact' : fileProblem(error)}`);
    }
    // One that Optuna put there has a random id.
    if (/^[0-9a-f]{64}$/.test(id) && hashOf(content) !== id) throw new DataError(path, undefined, 'is damaged: its content is not what its name says');
    return content;
  }

  restore(artifacts: readonly Artifact[], folder: string): void {
    for (const { id, filename } of artifacts) {
      const target = resolve(folder, filename);
      if (!target.startsWith(resolve(folder) + sep)) throw new ArgumentError('artifact', filename, `a name inside of ${folder}`);
      fs.mkdirSync(dirname(target), { recursive: true });
      fs.writeFileSync(target, this.get(id));
    }
  }
}

/**
 * A folder of artifacts (models, C, logs, figures) beside a journal or a database, each under the SHA-256 of its content.
 * `trial.attach(store.put(name, content))` keeps one with a trial. Optuna's FileSystemArtifactStore reads the folder, and
 * optuna-dashboard shows it (`--artifact-dir`).
 */
export function artifactStore(path: string): ArtifactStore {
  check(typeof path === 'string' && path.length > 0, 'path', path, 'the path of a folder');
  return new Folder(resolve(path));
}
