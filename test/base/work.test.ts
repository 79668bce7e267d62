import assert from 'node:assert/strict';
import { ArgumentError, breathe, CancelledError, DataError, nested, throwIfCancelled, type ProgressEvent } from '../../src/base';

describe('base/progress', () => {
  it('nests the reports of inner work', () => {
    const seen: ProgressEvent[] = [];
    const epoch = nested(nested((event) => seen.push(event), 'study'), 'trial 3');
    epoch?.({ path: ['epoch'], done: 2, total: 5 });
    assert.deepEqual(seen, [{ path: ['study', 'trial 3', 'epoch'], done: 2, total: 5 }]);
    assert.equal(nested(undefined, 'study'), undefined);
  });

  it('breathes: lets timers run, then notices an abort', async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    await breathe(controller.signal).then(
      () => assert.rejects(breathe(controller.signal, 'training'), /training was cancelled/),
      (error: unknown) => assert.ok(error instanceof CancelledError),
    );
    assert.throws(() => throwIfCancelled(controller.signal), CancelledError);
  });
});

describe('base/errors', () => {
  it('name the argument, what came and what was wanted', () => {
    const error = new ArgumentError('width', -1, 'a positive number');
    assert.equal(error.message, 'width: got -1, wanted a positive number');
    assert.equal(error.name, 'ArgumentError');
    assert.ok(new ArgumentError('x', new Float32Array(1e6), 'less').message.length < 200);
  });

  it('name the file and the place in it', () => {
    assert.equal(new DataError('a.csv', 'line 3', '23 columns, not 25').message, 'a.csv, line 3: 23 columns, not 25');
  });
});
