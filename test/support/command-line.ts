import { createProgram } from '../../src/cli';

/** A command in this process, which saves its start: what it wrote to standard output. */
export async function paretino(...words: string[]): Promise<string> {
  const write = process.stdout.write;
  let said = '';
  process.stdout.write = ((text: string) => {
    said += text;
    return true;
  }) as typeof process.stdout.write;
  try {
    await createProgram().parseAsync(words, { from: 'user' });
  } finally {
    process.stdout.write = write;
  }
  return said;
}
