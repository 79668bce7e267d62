import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { loadingTensorflow, ParetinoError } from '../base';
import { registerTrainingKernels } from './wasm-kernels';

// Its plain JavaScript backend advises, at its first tensor, to install the one that the toolkit is about to load. A model
// may be made before that, by the user's own calls too, so this is said as soon as TensorFlow.js is here.
const plain = tf.findBackend('cpu') as object | null;
if (plain !== null) Object.defineProperty(Object.getPrototypeOf(plain), 'firstUse', { configurable: true, get: () => false, set: () => undefined });

/** What TensorFlow.js computes with in this process. */
export interface BackendInfo {
  /** 'tensorflow' is the native library. */
  readonly name: 'tensorflow' | 'wasm';
  /** Of the library that computes. */
  readonly version: string;
  /** True where training takes some fifteen times as long as on TensorFlow. */
  readonly slow: boolean;
  /** One line for the user where there is something to say. */
  readonly note?: string;
}

/** 'auto' takes TensorFlow's native library where it loads and WebAssembly elsewhere; the others take that one or fail. */
export type BackendPreference = 'auto' | 'tensorflow' | 'wasm';

let loaded: Promise<BackendInfo> | undefined;
let loadedFor: BackendPreference | undefined;

const require_ = createRequire(__filename);

function loadTensorflow(): BackendInfo {
  return loadingTensorflow(() => {
    const node = require_('@tensorflow/tfjs-node') as { version: Record<string, string> };
    if (!tf.setBackend || tf.findBackend('tensorflow') === null) {
      throw new ParetinoError('@tensorflow/tfjs-node registered itself with another copy of @tensorflow/tfjs');
    }
    tf.tidy(() => tf.add(tf.scalar(1), tf.scalar(1)).dataSync());
    const binding = (tf.backend() as unknown as { binding?: { TF_Version?: string } }).binding;
    return { name: 'tensorflow', version: binding?.TF_Version ?? node.version['tfjs-node'], slow: false };
  });
}

async function loadWasm(reason: string | undefined): Promise<BackendInfo> {
  // Said before the package loads: its plain cpu backend would greet Node users with advice of its own.
  tf.env().set('IS_NODE', true);
  const wasm = require_('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(join(dirname(require_.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + sep);
  registerTrainingKernels();
  if (!(await tf.setBackend('wasm'))) throw new ParetinoError('the WebAssembly backend of TensorFlow.js did not start');
  await tf.ready();
  return {
    name: 'wasm',
    version: wasm.version_wasm,
    slow: true,
    note:
      'Training runs on WebAssembly, about 15 times slower than on TensorFlow' +
      `${reason ? ` (${reason})` : ''}: npm run doctor says how to mend it.`,
  };
}

async function load(preference: BackendPreference): Promise<BackendInfo> {
  let reason: string | undefined;
  if (preference !== 'wasm') {
    try {
      const info = loadTensorflow();
      await tf.setBackend('tensorflow');
      return info;
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      reason = code === 'MODULE_NOT_FOUND' ? '@tensorflow/tfjs-node is not built here' : message.split('\n')[0];
      if (preference === 'tensorflow') {
        throw new ParetinoError(`TensorFlow could not be loaded: ${message}. npm run doctor says how to mend it.`, {
          cause: error,
        });
      }
    }
  }
  return loadWasm(reason);
}

/**
 * Starts the backend that TensorFlow.js computes with: TensorFlow where @tensorflow/tfjs-node is installed, else
 * WebAssembly with the training kernels that it lacks. Repeated calls give the first one's answer.
 * PARETINO_BACKEND (tensorflow or wasm) decides where 'auto' is asked for; PARETINO_THREADS is the number of
 * threads that TensorFlow computes with in this process, 1 where it is not set.
 * @throws ParetinoError where the backend asked for can't be loaded.
 */
export async function loadBackend(preference: BackendPreference = 'auto'): Promise<BackendInfo> {
  const fromEnvironment = process.env.PARETINO_BACKEND as BackendPreference | undefined;
  const wanted = preference === 'auto' ? (fromEnvironment ?? 'auto') : preference;
  if (loaded && (wanted === loadedFor || preference === 'auto')) return loaded;
  loadedFor = wanted;
  loaded = load(wanted);
  try {
    return await loaded;
  } catch (error) {
    loaded = undefined;
    throw error;
  }
}
