import { closeSync, openSync } from 'node:fs';

/**
 * Loads a library that brings TensorFlow's C++ code, which writes greetings to file descriptor 2 before it can be told
 * not to. While `load` runs, the descriptor is pointed at nothing; where it can't be opened again afterwards (a socket),
 * it is left alone. TF_CPP_MIN_LOG_LEVEL=0 lets everything through.
 */
export function withQuietStderr<T>(load: () => T): T {
  let kept: number;
  try {
    if (process.platform !== 'linux' || process.env.TF_CPP_MIN_LOG_LEVEL === '0') return load();
    kept = openSync('/proc/self/fd/2', 'a');
  } catch {
    return load();
  }
  closeSync(2);
  const nothing = openSync('/dev/null', 'w');
  try {
    return load();
  } finally {
    if (nothing === 2) {
      closeSync(2);
      openSync(`/proc/self/fd/${kept}`, 'a');
    }
    closeSync(kept);
  }
}
