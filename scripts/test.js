#!/usr/bin/env node
'use strict';
// npm test: sets up like npm start, runs every check, and ends with one line of counts. Words after `npm test --`
// choose checks by name: `npm test -- lint layer`.
require('./lib/node-version');
const { setup } = require('./lib/setup');
const say = require('./lib/say');

(async () => {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const clock = say.stopwatch();
  const failures = [];
  const run = async (name, check) => {
    say.line();
    say.line(say.bold(`── ${name}`));
    const seconds = say.stopwatch();
    let result;
    try {
      result = await check();
    } catch (error) {
      say.line(error.message);
      result = { passed: 0, failed: 1 };
    }
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped += result.skipped || 0;
    if (result.failed > 0) failures.push(name);
    say.line(
      `${result.failed > 0 ? say.red('failed') : say.green('passed')} ${say.dim(`${name}, ${say.duration(seconds())}`)}`,
    );
  };

  await run('setup', async () => {
    await setup({ forTests: true });
    return { passed: 1, failed: 0 };
  });
  if (total.failed === 0) {
    const words = process.argv.slice(2);
    const checks = require('./lib/checks').all();
    for (const check of checks.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))) {
      await run(check.name, check.run);
    }
  }
  say.line();
  if (failures.length > 0) say.line(`Failed: ${failures.join('; ')}`);
  if (total.skipped > 0) say.line(`${total.skipped} skipped (each says above what it lacks)`);
  say.line(`In ${say.duration(clock())}:`);
  say.line(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
})();
