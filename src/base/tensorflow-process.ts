import { closeSync, openSync } from 'node:fs';

/**
 * TensorFlow's C++ code writes greetings to file descriptor 2 before it can be told not to. While `load` runs,
 * the descriptor is pointed at nothing; where it can't be opened again afterwards (a socket), it is left alone.
 */
function withQuietStderr<T>(load: () => T): T {
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

/**
 * Loads a library that brings TensorFlow's C++ code, quietly (TF_CPP_MIN_LOG_LEVEL=0 lets everything through) and on one
 * thread (PARETINO_THREADS, or TensorFlow's own variables, say otherwise). The first one to load it in a process decides,
 * so whatever may be the first goes through here.
 */
export function loadingTensorflow<T>(load: () => T): T {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  // One thread a process: the kernels of small networks lose more to handing work over than they gain (CPU time a step
  // with two threads: 3 times as much for a MobileNet, 1.0 to 1.1 times for a ResNet), and trials can run side by side.
  const threads = process.env.PARETINO_THREADS ?? '1';
  process.env.TF_NUM_INTRAOP_THREADS ??= threads;
  process.env.TF_NUM_INTEROP_THREADS ??= threads;
  process.env.OMP_NUM_THREADS ??= threads;
  return withQuietStderr(load);
}
