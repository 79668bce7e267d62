/** MLPerf Tiny's own models on every board beside TensorFlow Lite's reference kernels, byte for byte, on real inputs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { boards, DoesNotFitError, elements, importTflite } from '../../src/deploy';
import { build, findCommand, runnerFor } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { needShared } from '../support/shared';
import { skip } from '../support/skip';

/** PARETINO_MLPERF_ALL=1: all four models on every board (minutes on the RP2040), every input on the Cortex-M4 as well. */
const ALL = process.env.PARETINO_MLPERF_ALL === '1';
const QUICK = ['ad01_int8', 'kws_ref_model'];
const MODELS = [...QUICK, 'pretrainedResnet_quant', 'vww_96_int8'];

describe('MLPerf Tiny on every board', function () {
  this.timeout(600_000);
  const folder = temporaryFolder();

  for (const board of Object.values(boards)) {
    const isWhole = board === boards.host || (ALL && board === boards.nano33);
    it(`${board.name} gives TensorFlow Lite's bytes, ${isWhole ? 'every input of every model' : 'two inputs a model'}`, async function () {
      const shared = needShared(this, 'data', 'mlperf-tiny');
      const runner = runnerFor(board);
      const missing = findCommand(board.compilers) ? runner.missing() : `no ${board.compilers.join(' or ')}`;
      if (missing) skip(this, missing);
      for (const name of isWhole || ALL ? MODELS : QUICK) {
        const read = (part: string): Int8Array =>
          new Int8Array(Uint8Array.from(readFileSync(`${shared}/golden/${name}.${part}.i8`)).buffer);
        const graph = importTflite(readFileSync(`${shared}/models/${name}.tflite`), name);
        const [inputs, outputs] = [read('inputs'), read('reference')];
        const sizes = [graph.input, graph.output].map((id) => elements(graph.tensors[id].shape));
        const part = (values: Int8Array, size: number, i: number): Int8Array => values.slice(i * size, (i + 1) * size);
        const count = isWhole ? inputs.length / sizes[0] : 2;
        const samples = Array.from({ length: count }, (_, i) => part(inputs, sizes[0], i));
        try {
          const firmware = await build(graph, board, folder.path);
          const report = await runner.run(firmware, samples);
          report.outputs.forEach((got, i) => assert.deepEqual(got, part(outputs, sizes[1], i), `${name}, input ${i}`));
        } catch (error) {
          if (!(error instanceof DoesNotFitError)) throw error;
          console.log(`      ${error.message}`);
        }
      }
    });
  }
});
