import type { TrialRecord } from './types';

const EXPLANATION = 'paretino:explanation';

/** An explanation as a stored attribute, where it is small enough to keep. */
export function keptExplanation(explanation: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  const size = explanation === undefined ? Infinity : (JSON.stringify(explanation) ?? '').length;
  return size < 4000 ? { [EXPLANATION]: explanation } : {};
}

/** Why the optimiser suggested a trial, as it was stored with it; undefined where it said nothing. */
export function explanationOf(trial: TrialRecord): Readonly<Record<string, unknown>> | undefined {
  return trial.system?.[EXPLANATION] as Readonly<Record<string, unknown>> | undefined;
}
