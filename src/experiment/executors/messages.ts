/* What a pool and its worker processes send each other. */
import type { ProgressEvent } from '../../base';
import type { Params } from '../../space';
import type { Artifact, Evaluation } from '../../study';

export interface TrialMessage {
  readonly kind: 'trial';
  readonly number: number;
  readonly params: Params;
  readonly known: Readonly<Record<string, number>>;
  readonly explanation: Readonly<Record<string, unknown>>;
}

export type ToWorker = TrialMessage | { readonly kind: 'cancel' };

export interface Fault {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

export type FromWorker =
  | { readonly kind: 'ready' }
  /** The module cannot be loaded: no trial will ever work. */
  | { readonly kind: 'broken'; readonly fault: Fault }
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  | { readonly kind: 'report'; readonly step: number; readonly value: number }
  | { readonly kind: 'attribute'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'artifact'; readonly artifact: Artifact }
  /** The objective ended the trial itself. */
  | { readonly kind: 'end'; readonly how: 'fail' | 'prune'; readonly reason: string }
  | { readonly kind: 'done'; readonly evaluation: Evaluation }
  | { readonly kind: 'pruned'; readonly reason: string }
  | { readonly kind: 'failed'; readonly fault: Fault };

/** What the worker's watch writes to standard error before it ends the process. */
export const MEMORY_MARK = 'paretino: memory limit';

export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  return { name: error.name, message: error.message, stack: error.stack };
}

/** The error of another process, as one of this one. */
export function errorOf({ name, message, stack }: Fault): Error {
  const error = new Error(message);
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
