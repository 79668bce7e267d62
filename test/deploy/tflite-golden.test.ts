import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { importTflite, interpret } from '../../src/deploy';
import { needShared } from '../support/shared';

interface Golden {
  readonly count: number;
}

/** TensorFlow Lite's reference kernels' outputs for a seventh of the inputs; PARETINO_GOLDEN_EVERY=1 takes them all. */
const EVERY = Number(process.env.PARETINO_GOLDEN_EVERY ?? 7);

describe('deploy/tflite against TensorFlow Lite 2.21', function () {
  this.timeout(600_000);

  for (const name of ['pretrainedResnet_quant', 'kws_ref_model', 'ad01_int8', 'vww_96_int8']) {
    it(`${name}: the interpreter gives the reference kernels' bytes`, function () {
      const folder = needShared(this, 'data', 'mlperf-tiny');
      const index = JSON.parse(readFileSync(`${folder}/golden/index.json`, 'utf8')) as Record<string, Golden>;
      const read = (part: string) => new Int8Array(Uint8Array.from(readFileSync(`${folder}/golden/${name}.${part}.i8`)).buffer);
      const graph = importTflite(readFileSync(`${folder}/models/${name}.tflite`), name);
      const inputs = read('inputs');
      const outputs = read('reference');
      const { count } = index[name];
      const inputSize = inputs.length / count;
      const outputSize = outputs.length / count;
      for (let i = 0; i < count; i += EVERY) {
        const got = interpret(graph, inputs.slice(i * inputSize, (i + 1) * inputSize));
        assert.deepEqual([...got], [...outputs.subarray(i * outputSize, (i + 1) * outputSize)], `input ${i}`);
      }
    });
  }
});
