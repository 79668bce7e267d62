import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CancelledError } from '../../src/base';
import { generatedImages, generatedImu, type Dataset } from '../../src/datasets';
import { boards, DoesNotFitError, patchwise, type Board } from '../../src/deploy';
import { build, findCommand, runnerFor } from '../../src/emulate';
import {
  defineTask, evaluateCandidate, knownCosts, measureCost, objectiveFunction, objectivesOf, quantizedInputs, restoreCandidate, trialFolder, type Task,
} from '../../src/experiment';
import { ArchitectureBuilder, cnn1d, mobilenetV3Small1d, resnet8 } from '../../src/nn';
import { hopeless, latinHypercubeSearch } from '../../src/optimize';
import { defineSpace, integer, real } from '../../src/space';
import { createStudy } from '../../src/study';
import { interpret } from '../../src/deploy';
import { artifactStore, journalStorage } from '../../src/storage';
import { isMeasured } from '../support/compilers';
import { skip } from '../support/skip';
import { streamOf, trainingOrder } from '../support/stream';

interface Point {
  filters: number;
  sparsity: number;
}

const space = defineSpace({ filters: integer(4, 12), sparsity: real(0, 0.6) });

describe('experiment', function () {
  this.timeout(240_000);
  let data: Dataset;
  let folder: string;

  const task = (changes: Partial<Task<Point>> = {}): Task<Point> =>
    defineTask(space, {
      dataset: data,
      board: boards.pico,
      architecture: ({ filters }) => cnn1d({ inputShape: data.inputShape, classes: data.classes.length, filters, depth: 2 }),
      pruning: ({ sparsity }) => ({ sparsity }),
      training: () => ({ epochs: 2, learningRate: 0.01 }),
      ...changes,
    });

  before(async () => {
    data = await generatedImu({ people: 4, windowsEach: 3, length: 64 });
    folder = mkdtempSync(join(tmpdir(), 'paretino-experiment-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('knows ROM, RAM and MACs before training, exactly as they come out', async () => {
    const params = { filters: 9, sparsity: 0.4 };
    const before = knownCosts(task())(params);
    const { values, network, integer: evaluation } = await evaluateCandidate(task(), params);
    assert.deepEqual({ rom: before.rom, ram: before.ram, macs: before.macs }, { rom: values.rom, ram: values.ram, macs: values.macs });
    assert.ok(network.architecture.layers.length > 0);
    assert.equal(evaluation.predictions.length, data.validation.n);
    assert.equal(evaluation.confusion.flat().reduce((sum, n) => sum + n, 0), data.validation.n);
  });

  it('searches with streams as from memory, and names a split without samples', async () => {
    const params = { filters: 5, sparsity: 0.3 };
    const streams = { train: streamOf(data.train, trainingOrder(5, data.train.n)), validation: streamOf(data.validation) };
    const [{ values, network, integer }, wanted] = [
      await evaluateCandidate(task({ dataset: streams }), params, { seed: 5 }),
      await evaluateCandidate(task(), params, { seed: 5 }),
    ];
    assert.deepEqual({ values, network, integer }, { values: wanted.values, network: wanted.network, integer: wanted.integer });
    for (const name of ['train', 'validation'] as const) {
      assert.throws(() => task({ dataset: { ...streams, [name]: { ...streams[name], n: 0 } } }), new RegExp(`task\\.dataset\\.${name}\\.n: got 0, wanted at least one sample`));
      assert.throws(() => task({ dataset: { ...streams, [name]: undefined } }), new RegExp(`task\\.dataset\\.${name}\\.n: got undefined`));
    }
  });

  it('prunes single weights where asked, encodes the zeros, and knows beforehand how much that saves at least', async () => {
    const params = { filters: 24, sparsity: 0.8 };
    const sparse = task({ pruning: ({ sparsity }) => ({ sparsity, structured: false }) });
    const [before, dense] = [knownCosts(sparse)(params), knownCosts(task())({ filters: 24, sparsity: 0 })];
    const at = join(folder, 'sparse');
    const { values, graph, pruned } = await evaluateCandidate(sparse, params, { folder: at });
    const [known, got, full] = [before.rom, values.rom, dense.rom];
    assert.ok(got <= known && known < full, `ROM ${got} B, known ${known} B, dense ${full} B`);
    assert.ok(full - known > 0.5 * (full - got), `known beforehand ${full - known} B of ${full - got} B saved`);
    assert.deepEqual([before.ram, before.macs], [values.ram, values.macs]);
    assert.equal(before.parameters, pruned?.parametersAfter);
    assert.ok(graph.ops.some((op) => 'encoding' in op && op.encoding === 'sparse'));
    assert.deepEqual((await restoreCandidate(sparse, at)).graph, graph);
  });

  it('knows them for a network that is done part by part, which takes less RAM and gives the same accuracy', async () => {
    const params = { filters: 12, sparsity: 0 };
    const passes = [(graph: Parameters<typeof patchwise>[0], board: Board) => patchwise(graph, board, { mostExtraMacs: 1 })];
    // Wide at first: the first layers rule the peak.
    const architecture = ({ filters }: Point) => {
      const b = new ArchitectureBuilder('wide', data.inputShape);
      const wide = b.convBnAct(b.input, 3 * filters, 'relu', { kernel: 3 });
      return b.build(b.classifier(b.globalAveragePool(b.convBnAct(wide, filters, 'relu', { kernel: 3, strides: 4 })), data.classes.length));
    };
    const [whole, split] = [task({ architecture }), task({ architecture, passes })];
    const before = knownCosts(split)(params);
    const [{ values }, { values: plain }] = [await evaluateCandidate(split, params), await evaluateCandidate(whole, params)];
    assert.deepEqual({ rom: before.rom, ram: before.ram, macs: before.macs }, { rom: values.rom, ram: values.ram, macs: values.macs });
    assert.ok(values.ram < plain.ram, JSON.stringify([values, plain]));
    assert.equal(values.accuracy, plain.accuracy);
  });

  it('knows latency and energy before training, to 2 % of what the trained network is given, and searches by them', async () => {
    const params = { filters: 9, sparsity: 0.4 };
    const before = knownCosts(task())(params);
    const { values } = await evaluateCandidate(task(), params);
    assert.ok(Math.abs((before.latency as number) / (values.latency as number) - 1) < 0.02, `${before.latency} ms, then ${values.latency} ms`);
    const { clockHz, activePower } = boards.pico;
    assert.ok(before.latency! > (1000 * before.macs) / clockHz, 'more than a cycle a product');
    assert.ok(Math.abs(before.energy! - before.latency! * activePower!.watts) < 1e-9, 'mW · s');
    const { objectives, constraints } = objectivesOf(task(), { latency: 5 }, ['rom', 'energy']);
    assert.deepEqual(objectives.map(({ name }) => name), ['accuracy', 'rom', 'energy']);
    assert.equal(objectives[2].known!(params), before.energy);
    assert.deepEqual(constraints.map(({ name }) => name), ['rom', 'ram', 'latency']);
    assert.throws(() => objectivesOf({ ...task(), board: boards.host }, {}, ['latency']), /latency: got 'host'/);
    const unknown = { ...boards.pico, activePower: undefined };
    assert.throws(() => objectivesOf({ ...task(), board: unknown }, { energy: 1 }), /energy: got 'pico', wanted a board with activePower/);
  });

  it('measures what an inference costs, as an objective beside the others', async function () {
    const board = boards.nano33;
    if (!findCommand(board.compilers) || runnerFor(board).missing()) skip(this, `${board.title}: ${runnerFor(board).missing() ?? `no ${board.compilers.join(' or ')}`}`);
    const measured = task({ board, measure: true });
    assert.deepEqual(objectivesOf(measured).objectives.map(({ name }) => name), ['accuracy', 'rom', 'ram', 'macs', 'instructions']);
    assert.equal(objectivesOf(measured).objectives[4].known, undefined);
    const [{ values, graph }, wide] = [
      await evaluateCandidate(measured, { filters: 4, sparsity: 0 }), await evaluateCandidate(measured, { filters: 12, sparsity: 0 }),
    ];
    const { instructions } = values;
    assert.ok(instructions !== undefined && instructions > values.macs, JSON.stringify(values));
    assert.ok((wide.values.instructions as number) > instructions);
    assert.equal((await measureCost(graph, board)).cost, instructions);
    assert.throws(() => objectivesOf(task({ board: boards.host, measure: true })), /counts cycles or instructions/);
  });

  it('gives the same candidate for the same parameters and seed', async () => {
    const params = { filters: 5, sparsity: 0.2 };
    const [first, second] = [await evaluateCandidate(task(), params, { seed: 3 }), await evaluateCandidate(task(), params, { seed: 3 })];
    assert.deepEqual(first.values, second.values);
    assert.deepEqual([...first.integer.predictions], [...second.integer.predictions]);
  });

  it('leaves the trial on disk and finds it again as it was', async () => {
    const artifacts = artifactStore(join(folder, 'artifacts'));
    const kept = task({ folder: join(folder, 'trials'), artifacts });
    const study = await createStudy({
      name: 'kept', space, ...objectivesOf(kept), optimizer: latinHypercubeSearch(), storage: journalStorage(join(folder, 'journal.log')),
    });
    let seen: number[] = [];
    const trial = await study.step(objectiveFunction(kept, { onResult: ({ integer: { predictions } }) => (seen = [...predictions]) }));
    const at = trialFolder(kept, trial.number) as string;
    assert.ok(existsSync(join(at, 'pico', 'paretino.h')));
    const report = JSON.parse(readFileSync(join(at, 'report.json'), 'utf8')) as { values: { accuracy: number } };
    assert.equal(report.values.accuracy, trial.values?.[0]);
    const again = await restoreCandidate(kept, at);
    const size = data.validation.x.length / data.validation.n;
    const inputs = quantizedInputs(again.graph, data.validation);
    assert.equal(inputs[0].length, size);
    const predicted = inputs.map((input) => {
      const output = interpret(again.graph, input);
      return output.indexOf(Math.max(...output));
    });
    assert.deepEqual(predicted, seen);
    await assert.rejects(restoreCandidate(kept, folder), /folder: got .*network\.bin/s);
    // The same from the store alone.
    const files = study.artifacts(trial.number);
    assert.ok(['network.bin', 'pico/paretino.h', 'report.json'].every((name) => files.some(({ filename }) => filename === name)));
    artifacts.restore(files, join(folder, 'restored'));
    assert.deepEqual((await restoreCandidate(kept, join(folder, 'restored'))).graph, again.graph);
    // A second trial shares with it what does not depend on the network.
    const plain = { ...kept, folder: undefined };
    const second = await study.step(objectiveFunction(plain, { onResult: (result) => assert.equal(result.folder, undefined) }));
    const shared = study.artifacts(second.number).filter(({ id }) => files.some((file) => file.id === id)).map(({ filename }) => filename);
    assert.ok(shared.includes('pico/paretino.h') && !shared.includes('network.bin'));
    assert.ok(readdirSync(artifacts.path).length < files.length + study.artifacts(second.number).length);
  });

  it('stops soon after an abort, and the study goes on afterwards', async () => {
    const slow = task({ training: () => ({ epochs: 500, learningRate: 0.01 }) });
    const study = await createStudy({ name: 'stopped', space, ...objectivesOf(slow), optimizer: latinHypercubeSearch() });
    const controller = new AbortController();
    const started = study.run(objectiveFunction(slow), { trials: 2, signal: controller.signal });
    let aborted = 0;
    setTimeout(() => {
      aborted = performance.now();
      controller.abort();
    }, 1500);
    await assert.rejects(started, CancelledError);
    // It takes well under a second; a busy machine may be slower, but 500 epochs would take minutes.
    assert.ok(performance.now() - aborted < 10_000);
    await study.run(objectiveFunction(task()), { trials: 1 });
    assert.equal(study.trials.filter(({ state }) => state === 'complete').length, 1);
  });

  it('refuses a network that the board cannot hold before it is built, and never suggests one', async () => {
    const costs = knownCosts(task());
    const [least, most] = [costs({ filters: 4, sparsity: 0.6 }).rom, costs({ filters: 12, sparsity: 0 }).rom];
    const flashBytes = Math.round((least + most) / 2);
    const tiny: Board = { ...boards.pico, name: 'tiny', title: 'A tiny board', flashBytes };
    const crowded = task({ board: tiny });
    await assert.rejects(evaluateCandidate(crowded, { filters: 12, sparsity: 0 }), DoesNotFitError);
    const { constraints } = objectivesOf(crowded);
    const rom = constraints.find(({ name }) => name === 'rom');
    assert.equal(rom?.upper, flashBytes);
    assert.ok((rom?.known?.({ filters: 12, sparsity: 0 }) as number) > flashBytes);
    const study = await createStudy({ name: 'tiny', space, ...objectivesOf(crowded), optimizer: latinHypercubeSearch(), seed: 4 });
    for (let i = 0; i < 4; i++) {
      const trial = await study.ask();
      assert.ok(trial.known.rom <= flashBytes);
      await trial.fail('not evaluated here');
    }
  });

  it('names a limit that makes no sense', () => {
    assert.throws(() => objectivesOf(task(), { ram: -1 }), /limits\.ram: got -1, wanted a positive number/);
  });

  describe('200 samples on every board', () => {
    for (const scheme of ['int8', 'uint8'] as const) {
      for (const kind of ['1-D MobileNetV3', '2-D ResNet'] as const) {
        it(`${kind}, ${scheme}: the interpreter's bytes; ROM and RAM exactly`, async function () {
          const images = kind === '2-D ResNet';
          const set = images ? await generatedImages({ count: 200 }) : data;
          const shape = { inputShape: set.inputShape, classes: set.classes.length };
          const { graph } = await evaluateCandidate(
            defineTask(space, {
              dataset: set,
              board: boards.pico,
              scheme,
              architecture: () => (images ? resnet8({ ...shape, width: 0.06 }) : mobilenetV3Small1d({ ...shape, width: 0.25, depth: 0.3, hidden: 16 })),
              pruning: () => ({ sparsity: 0.5 }),
              training: () => ({ epochs: 1, dataFraction: 0.5 }),
            }),
            { filters: 4, sparsity: 0 },
          );
          const samples = { ...set.test, n: Math.min(200, set.test.n), x: set.test.x };
          const inputs = quantizedInputs(graph, { ...set.test }, samples.n);
          while (inputs.length < 200) inputs.push(inputs[inputs.length - samples.n]);
          const expected = inputs.map((input) => interpret(graph, input));
          for (const board of [boards.host, boards.pico, boards.nano33]) {
            if (!findCommand(board.compilers) || runnerFor(board).missing()) {
              console.log(`      skipped: ${board.title}: ${runnerFor(board).missing() ?? `no ${board.compilers.join(' or ')}`}`);
              continue;
            }
            const firmware = await build(graph, board, join(folder, `${board.name}-${scheme}-${images}`));
            const report = await runnerFor(board).run(firmware, inputs);
            report.outputs.forEach((output, i) => assert.deepEqual([...output], [...expected[i]], `${board.title}, sample ${i}`));
            if (board === boards.host) continue;
            const { romBytes, ramBytes } = firmware.memory;
            if (await isMeasured(board)) assert.equal(firmware.romBytes, romBytes);
            assert.equal(firmware.ramBytes, ramBytes);
            assert.ok((report.stackBytes as number) > 0 && (report.stackBytes as number) <= board.stackBytes);
          }
        });
      }
    }
  });

  it('reports each epoch as it comes, and stops a trial that has no hope left', async () => {
    const study = await createStudy({ name: 'stop', space, ...objectivesOf(task()), optimizer: latinHypercubeSearch({ points: 4 }), seed: 3 });
    const long = task({ training: () => ({ epochs: 6, learningRate: 0.01 }) });
    const seen: number[] = [];
    await study.run(objectiveFunction(long, { stopEarly: (trial, curve) => (seen.push(curve.length), trial.number === 1 && curve.length === 2 ? 'enough' : undefined) }), { trials: 2 });
    assert.deepEqual(study.trials.map(({ state, intermediate }) => [state, intermediate.length]), [['complete', 6], ['pruned', 2]]);
    assert.equal(study.trials[1].attributes.reason, 'enough');
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 1, 2]);
    // Nothing is better than all correct: a network no smaller than that is hopeless from the first epoch.
    await study.enqueue({ filters: 5, sparsity: 0.5 });
    const first = await study.ask();
    await study.tell(first, { accuracy: 1 });
    await study.enqueue({ filters: 6, sparsity: 0.1 });
    await study.run(objectiveFunction(long, { stopEarly: hopeless(study, () => 1) }), { trials: 1 });
    const last = study.trials[study.trials.length - 1];
    assert.deepEqual([last.state, last.intermediate.length], ['pruned', 1]);
    assert.match(String(last.attributes.reason), /dominated: 1 needed, 1 can still be reached/);
  });
});
