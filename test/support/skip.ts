/** Ends the running test as skipped, and says what it lacks. */
export function skip(test: Mocha.Context, why: string | undefined): never {
  console.log(`      skipped: ${why}`);
  return test.skip();
}
