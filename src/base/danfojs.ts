import { ParetinoError } from './errors';
import { loadingTensorflow } from './tensorflow-process';

/** As much of danfojs-node as is used here. */
export interface Danfojs {
  /** The class of frames, made of rows. */
  readonly DataFrame: new (rows: readonly unknown[], options?: { readonly columns: readonly string[] }) => unknown;
}

/**
 * danfojs-node, loaded when it is wanted: it is large, an optional peer, and brings TensorFlow.js and its greetings.
 * @throws ParetinoError where it is not installed.
 */
export function loadDanfojs(): Danfojs {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- at the time of the call
    return loadingTensorflow(() => require('danfojs-node') as Danfojs);
  } catch (error) {
    throw new ParetinoError('a data frame needs danfojs-node: npm install danfojs-node', { cause: error });
  }
}
