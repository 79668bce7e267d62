import assert from 'node:assert/strict';
import { CancelledError } from '../../src/base';
import { findCommand, runProcess } from '../../src/emulate';

const node = process.execPath;

describe('emulate/process', () => {
  it('gives output and exit code', async () => {
    const result = await runProcess(node, ['-e', 'console.log("out"); console.error("err"); process.exit(3)']);
    assert.deepEqual(result, { code: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('kills what takes too long, what is cancelled and what writes without end', async () => {
    const endless = 'setInterval(() => {}, 1000)';
    await assert.rejects(runProcess(node, ['-e', endless], { timeoutMs: 200 }), /did not end within 0\.2 s/);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    await assert.rejects(runProcess(node, ['-e', endless], { signal: controller.signal }), CancelledError);
    const flood = 'const s = "x".repeat(65536); for (;;) require("fs").writeSync(1, s)';
    await assert.rejects(runProcess(node, ['-e', flood]), /writes without end/);
  });

  it('says that a command is not there', async () => {
    assert.equal(findCommand(['no-such-command-here']), undefined);
    await assert.rejects(runProcess('no-such-command-here', []), /could not be started/);
  });
});
