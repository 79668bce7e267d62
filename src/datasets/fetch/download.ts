/**
 * One file over HTTP, safely: into <target>.part, resumed with Range after an interruption (in this run or a later
 * one), renamed to its name only once its size and digest are right.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledError, DataError, longestTimerMs, throwIfCancelled, type LongWork } from '../../base';

export interface DownloadOptions extends LongWork {
  /** Where from. */
  url: string;
  /** Path of the file, which is there only once it is whole. */
  target: string;
  /** Size, where known. */
  bytes?: number | null;
  /** Hexadecimal, where known; a file with another digest is not kept. */
  sha256?: string | null;
  /** Checked where no SHA-256 is known. */
  md5?: string | null;
  /** Longest wait for the next bytes before the connection counts as dead, ms. Default 30,000. */
  stallMs?: number;
  /** Connections to try in all. Default 5. */
  attempts?: number;
}

/** What came. */
export interface Downloaded {
  /** Where from. */
  readonly url: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Hexadecimal digest of the file. */
  readonly sha256: string;
}

/** A failure that trying again cannot mend. */
class FinalError extends DataError {}

/** True for the codes of a disk, or of a quota, that is used up. */
export const isDiskFull = (code: string | undefined): boolean => code === 'ENOSPC' || code === 'EDQUOT';

async function sizeOf(path: string): Promise<number> {
  return stat(path).then((info) => info.size, () => 0);
}

async function digests(path: string, signal?: AbortSignal): Promise<{ sha256: string; md5: string }> {
  const [sha256, md5] = [createHash('sha256'), createHash('md5')];
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    throwIfCancelled(signal, 'the download');
    sha256.update(chunk as Buffer);
    md5.update(chunk as Buffer);
  }
  return { sha256: sha256.digest('hex'), md5: md5.digest('hex') };
}

/** An abort signal that fires with the user's, or when nothing has come for `ms`. */
function watchdog(signal: AbortSignal | undefined, ms: number): { signal: AbortSignal; alive(): void; stop(): void; stalled(): boolean } {
  const controller = new AbortController();
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const relay = (): void => controller.abort();
  const stop = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', relay);
  };
  const alive = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      late = true;
      controller.abort();
    }, Math.min(ms, longestTimerMs));
  };
  if (signal?.aborted) controller.abort();
  signal?.addEventListener('abort', relay);
  alive();
  return { signal: controller.signal, alive, stop, stalled: () => late };
}

/** What a server's answer lacks to be the file, or its next part; undefined where nothing. 5xx, 408 and 429 may pass. */
function refusal(response: Response, options: DownloadOptions, have: number): DataError | undefined {
  const { url, target, bytes } = options;
  const at = response.redirected ? ` at ${response.url}` : '';
  if (!response.ok || response.body === null) {
    const mayPass = response.status >= 500 || response.status === 408 || response.status === 429;
    return new (mayPass ? DataError : FinalError)(target, undefined, `${url} answers ${response.status} ${response.statusText}${at}`);
  }
  const type = response.headers.get('content-type') ?? '';
  if (/^text\/html\b/i.test(type) && !/\.html?$/i.test(target)) return new FinalError(target, undefined, `${url} answers with a web page${at}, not with the file`);
  const announced = response.headers.get('content-length');
  if (announced !== null && bytes != null && have + Number(announced) !== bytes) return new FinalError(target, undefined, `${url} offers ${have + Number(announced)} bytes${at}, wanted ${bytes}`);
  return undefined;
}

/** One connection: adds to the part file what the server sends. True where it went on with what lay there. */
async function transfer(options: DownloadOptions, part: string, tagFile: string): Promise<boolean> {
  const { url, target, stallMs = 30_000 } = options;
  let have = await sizeOf(part);
  const tag = await readFile(tagFile, 'utf8').catch(() => '');
  // Without a tag nothing says that the rest would belong to the same version of the file; the digest will.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (have > 0) headers.range = `bytes=${have}-`;
  if (have > 0 && tag !== '') headers['if-range'] = tag;
  const dog = watchdog(options.signal, stallMs);
  try {
    const response = await fetch(url, { headers, signal: dog.signal });
    const from = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (have > 0 && (response.status === 416 || (response.status === 206 && from !== undefined && Number(from) !== have))) {
      await response.body?.cancel();
      if (options.bytes === have) return true;
      await rm(part, { force: true });
      throw new DataError(target, undefined, `${url} cannot go on from byte ${have}`);
    }
    if (response.status !== 206) have = 0;
    const refused = refusal(response, options, have);
    if (refused !== undefined) {
      await response.body?.cancel();
      throw refused;
    }
    const resumed = have > 0;
    const announced = response.headers.get('content-length');
    const total = options.bytes ?? (announced === null ? undefined : have + Number(announced));
    const newTag = response.headers.get('etag');
    if (newTag !== null && !newTag.startsWith('W/')) await writeFile(tagFile, newTag);
    const file = await open(part, resumed ? 'a' : 'w');
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        dog.alive();
        await file.write(chunk);
        have += chunk.length;
        if (total !== undefined && have > total) throw new FinalError(target, undefined, `${url} sends more than ${total} bytes`);
        options.onProgress?.({ path: ['download'], done: have, ...(total === undefined ? {} : { total }), unit: 'B' });
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (total !== undefined && have < total) throw new DataError(target, undefined, `${url} stopped after ${have} of ${total} bytes`);
    return resumed;
  } catch (error) {
    if (dog.stalled()) throw new DataError(target, undefined, `${url} sent nothing for ${stallMs / 1000} s`);
    throw error;
  } finally {
    dog.stop();
  }
}

/** What is in a complete file, or, as text, how it differs from what was promised. */
async function checked(options: DownloadOptions, path: string): Promise<Downloaded | string> {
  const bytes = await sizeOf(path);
  const found = await digests(path, options.signal);
  if (options.bytes != null && bytes !== options.bytes) return `${bytes} bytes came, wanted ${options.bytes}`;
  if (options.sha256) {
    if (found.sha256 !== options.sha256.toLowerCase()) return `SHA-256 is ${found.sha256}, wanted ${options.sha256}`;
  } else if (options.md5 && found.md5 !== options.md5.toLowerCase()) return `MD5 is ${found.md5}, wanted ${options.md5}`;
  return { url: options.url, bytes, sha256: found.sha256 };
}

/** What went wrong with a connection, with its address. */
function reasonOf(error: unknown, url: string): string {
  if (error instanceof DataError) return error.problem;
  // fetch says only "fetch failed" or "terminated", and why in the cause.
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return `${url}: ${cause?.message || cause?.code || (error as Error).message}`;
}

/** Makes connections until the part file has all. True where the last one went on with what lay there. @throws DataError; CancelledError */
async function persist(options: DownloadOptions, part: string, tagFile: string): Promise<boolean> {
  const { url, target, signal, attempts = 5 } = options;
  for (let attempt = 1; ; attempt++) {
    throwIfCancelled(signal, 'the download');
    try {
      return await transfer(options, part, tagFile);
    } catch (error) {
      if (signal?.aborted) throw new CancelledError('the download');
      const code = (error as NodeJS.ErrnoException).code;
      if (isDiskFull(code)) throw new FinalError(target, undefined, `the disk is full (${code})`);
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') throw new DataError(part, undefined, `cannot be written (${code})`);
      const reason = reasonOf(error, url);
      if (error instanceof FinalError || /redirect count|HTTP\(S\) scheme/.test(reason)) throw new FinalError(target, undefined, reason);
      const have = await sizeOf(part);
      if (attempt >= attempts) {
        throw new DataError(target, undefined, `${reason}; gave up after ${attempts} tries${have > 0 ? `, the next call goes on from byte ${have}` : ''}`);
      }
      options.onProgress?.({ path: ['download'], done: have, unit: 'B', message: `${reason}; trying again` });
      await sleep(250 * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
    }
  }
}

/**
 * Downloads a file. An interrupted transfer leaves <target>.part, which the next call goes on with; wrong bytes leave
 * nothing. What lies at <target> already and is right is not fetched.
 * @throws DataError where the server refuses, stalls, or sends something else than the digest says; CancelledError
 */
export async function downloadFile(options: DownloadOptions): Promise<Downloaded> {
  const { url, target } = options;
  const part = `${target}.part`;
  const tagFile = `${target}.part.etag`;
  const discard = async (): Promise<void> => {
    await rm(part, { force: true });
    await rm(tagFile, { force: true });
  };
  try {
    await mkdir(dirname(target), { recursive: true });
  } catch (error) {
    throw new DataError(dirname(target), undefined, `cannot be made (${(error as NodeJS.ErrnoException).code})`);
  }
  if ((await sizeOf(target)) > 0) {
    const kept = await checked(options, target);
    if (typeof kept !== 'string') return kept;
    options.onProgress?.({ path: ['download'], done: 0, unit: 'B', message: `what lies there is something else (${kept}): fetched anew` });
    await rm(target);
  }
  let result: Downloaded | string;
  for (let first = true; ; first = false) {
    const resumed = await persist(options, part, tagFile).catch(async (error: unknown) => {
      if (error instanceof FinalError) await discard();
      throw error;
    });
    result = await checked(options, part);
    if (typeof result !== 'string') break;
    await discard();
    // What an earlier call left may have been the beginning of something else: once more, from the first byte.
    if (!resumed || !first) throw new DataError(target, undefined, `${result}, from ${url}; nothing was kept`);
  }
  await rename(part, target);
  await rm(tagFile, { force: true });
  const proof = options.sha256 ? 'SHA-256' : options.md5 ? 'MD5' : undefined;
  const message = proof ? `${proof} as published` : `no published digest; SHA-256 is ${result.sha256}`;
  options.onProgress?.({ path: ['download'], done: result.bytes, total: result.bytes, unit: 'B', message });
  return result;
}
