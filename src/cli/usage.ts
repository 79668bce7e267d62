/* What the words of a command must be. */
import { ArgumentError } from '../base';

/** A command that was given the wrong words: nothing was done, and the command line ends with status 2. */
export class UsageError extends ArgumentError {}

function number(option: string, text: string | undefined, allowed: (value: number) => boolean, wanted: string): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || !allowed(value)) throw new UsageError(option, text, wanted);
  return value;
}

/** The number above 0 that an option was given. @throws UsageError */
export function positive(option: string, text: string | undefined): number | undefined {
  return number(option, text, (value) => value > 0, 'a number above 0');
}

/** The whole number that an option was given. @throws UsageError */
export function wholeNumber(option: string, text: string | undefined, least: number): number | undefined {
  return number(option, text, (value) => Number.isInteger(value) && value >= least, `a whole number from ${least} on`);
}

/** Fewest insertions, deletions, changes and swaps of neighbours from one word to another (optimal string alignment). */
function edits(a: string, b: string): number {
  const d = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + Number(a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.length][b.length];
}

/**
 * Checks a name against those that there are, and suggests what was meant, as Commander does of commands: at most three
 * edits, and more than two fifths of the letters right.
 * @throws UsageError
 */
export function oneOf(option: string, got: string, allowed: readonly string[], none = ''): void {
  if (allowed.includes(got)) return;
  const near = allowed
    .map((name) => ({ name, edits: edits(got, name), length: Math.max(got.length, name.length) }))
    .filter(({ edits, length }) => edits <= 3 && edits / length < 0.6)
    .sort((a, b) => a.edits - b.edits);
  throw new UsageError(option, got, (allowed.join(', ') || none) + (near.length > 0 ? ` (did you mean ${near[0].name}?)` : ''));
}
