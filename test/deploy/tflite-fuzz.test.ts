import assert from 'node:assert/strict';
import { createRng, DataError } from '../../src/base';
import { importTflite, interpret } from '../../src/deploy';
import { randomBytes } from '../support/random-graph';
import { fuzzTflite } from '../support/fuzz-tflite';
import { everyOperator, validFile } from '../support/mutate-tflite';

/** 100,000 by bench/fuzz-tflite.ts. */
const FILES = Number(process.env.PARETINO_FUZZ_FILES ?? 3000);

describe('deploy/tflite against damaged files', function () {
  this.timeout(300_000);

  it('the file before damage is one with every operator, and right', () => {
    const graph = everyOperator();
    const input = randomBytes(createRng(1), 72);
    assert.deepEqual(interpret(importTflite(validFile()), input), interpret(graph, input));
  });

  it('refuses with a DataError or reads, and never more than the file holds', () => {
    const { accepted, refused } = fuzzTflite(0, FILES);
    assert.equal(accepted + refused, FILES);
    // Were all refused, or none, nothing would have been tried.
    assert.ok(refused > FILES / 10 && accepted > 0, `${accepted} accepted, ${refused} refused`);
  });

  it('refuses every cut-off file', () => {
    const valid = validFile();
    for (let length = 0; length < valid.length; length += 7) {
      assert.throws(() => importTflite(valid.subarray(0, length), 'cut.tflite'), (error) => error instanceof DataError && error.message.startsWith('cut.tflite'));
    }
  });
});
