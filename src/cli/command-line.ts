import { outcomeOf } from './outcome';
import { createProgram } from './program';

/** Runs the command that these words are, and gives the status to end with; what is wrong is said on standard error. */
export async function commandLine(words: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    const { status, text } = outcomeOf(error);
    if (text !== undefined) process.stderr.write(`${text}\n`);
    return status;
  }
}
