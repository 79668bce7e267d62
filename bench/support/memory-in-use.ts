/**
 * Bytes that the C library's allocator has given out (mallinfo2 of glibc), once it has handed back to the system whatever it
 * kept for later in whole pages (malloc_trim). JavaScript cannot ask, so an addon of a few lines is compiled; undefined where
 * there is no gcc or another C library.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const SOURCE = `#include <malloc.h>
#include <node_api.h>
static napi_value in_use(napi_env env, napi_callback_info info) {
  malloc_trim(0);
  struct mallinfo2 m = mallinfo2();
  napi_value bytes;
  napi_create_double(env, (double)(m.uordblks + m.hblkhd), &bytes);
  return bytes;
}
NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "inUse", NAPI_AUTO_LENGTH, in_use, NULL, &function);
  return function;
}
`;

export function memoryInUse(): (() => number) | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'paretino-'));
  try {
    const [source, addon] = [join(folder, 'in-use.c'), join(folder, 'in-use.node')];
    writeFileSync(source, SOURCE);
    const headers = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
    const { status } = spawnSync('gcc', ['-shared', '-fPIC', '-I', headers, source, '-o', addon]);
    return status === 0 ? (require(addon) as () => number) : undefined;
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
