import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as toolkit from '../src';
import { generatedImu, readManifest } from '../src/datasets';
import { createRng } from '../src/base';
import { boards, plan } from '../src/deploy';
import { channelGroups, skeleton } from '../src/compress';
import type { Firmware } from '../src/emulate';
import { defineTask, objectivesOf } from '../src/experiment';
import { cnn1d, initialNetwork, loadBackend, modelOf } from '../src/nn';
import { toBundle } from '../src/notebook';
import { explain, gaussianProcess, parameterImportance, randomSearch } from '../src/optimize';
import { createStudy } from '../src/study';
import { defineSpace, integer, ordinal, when } from '../src/space';
import { registerViews } from '../src/views';
import { randomGraph } from './support/random-graph';

describe('views of the toolkit\'s objects', () => {
  before(registerViews);
  const html = (value: unknown): string => String(toBundle(value)['text/html']);
  const text = (value: unknown): string => toBundle(value)['text/plain'];
  const architecture = cnn1d({ inputShape: [32, 6], classes: 4, filters: 4, depth: 1 });

  it('a network: its layers with shapes, parameters and MACs', () => {
    for (const value of [architecture, initialNetwork(architecture, 1)]) {
      assert.match(html(value), /parameters, [\d,]+ MACs<\/b>.*<th[^>]*>output<\/th>.*1 × 16 × 4/);
      assert.match(text(value), /^cnn1d: [\d,]+ parameters[^]*softmax/);
    }
    assert.match(html(skeleton(architecture, 'int8')), /int8<\/b>.*weights, B/);
  });

  it('a graph, its plan, firmware and a run', () => {
    const graph = randomGraph(createRng(1), 6, 'int8');
    const memory = plan(graph, boards.pico);
    assert.match(html(graph), new RegExp(`int8 at the boundary, ${memory.macs.toLocaleString('en-US')} MACs.*fullyConnected`));
    assert.match(text(graph), /\[figure/, 'and a picture');
    const map = toBundle(memory);
    assert.match(map['text/plain'], /^\[figure 'Arena [\d,]+ B \(bound [\d,]+ B at .*flash .*RAM/);
    assert.ok('application/vnd.plotly.v1+json' in map);
    const firmware: Firmware = { board: boards.pico, graph, memory, folder: 'f', image: 'f/image.elf', inputs: [], romBytes: 20_000, ramBytes: 13_000 };
    assert.match(text(firmware), /^Firmware for Raspberry Pi Pico[^]*20,000 B of 2,096,896 \(1\.0 %\)/);
    const report = { outputs: [new Int8Array(2)], cycles: 123_456, stackBytes: 400, romBytes: 20_000, ramBytes: 13_000, perStep: [{ name: 'first', kernel: 'conv2d', cost: 99 }] };
    assert.match(text(report), /cycles +123,456[^]*first +conv2d +99/);
    assert.doesNotMatch(text({ ...report, cycles: undefined }), /cycles +\w/);
    assert.match(text(boards.pico), /133 MHz/);
    assert.doesNotMatch(text(boards.host), /Infinity/);
  });

  it('a data set and a search space', async () => {
    const data = await generatedImu({ people: 3, windowsEach: 2, length: 32 });
    assert.match(html(data), new RegExp(`<td[^>]*>${data.classes[0]}</td>.*people.*source`));
    const space = defineSpace({ n: integer(1, 9), kernel: when(({ n }) => (n as number) > 2, ordinal([3, 5])) });
    assert.match(text(space), /^Search space of 2 dimensions[^]*kernel +ordinal/);
  });

  it('a split, a manifest, leaks', async () => {
    const { train } = await generatedImu({ people: 3, windowsEach: 2, length: 32 });
    assert.match(text(train), new RegExp(`^Split\\n[^]*samples +${train.n}\\n[^]*people +\\d`));
    assert.match(text(readManifest('mnist')), /^MNIST\n[^]*licence/);
    assert.match(text([{ kind: 'person', splits: ['train', 'test'], detail: 'person 3' }]), /person +train and test +person 3/);
  });

  it('what training and quantising are about: a tf model, what is left of one, ranges, groups, an evaluation', async () => {
    await loadBackend();
    const model = modelOf(initialNetwork(architecture, 1));
    assert.match(text(model), /^cnn1d: [\d,]+ parameters/);
    model.dispose();
    const pruned = { network: initialNetwork(architecture, 1), masked: {}, masks: new Map(), history: {}, layers: [{ layer: 'conv1', size: 4, kept: 2 }], parametersBefore: 1000, parametersAfter: 400 };
    assert.match(text(pruned), /^cnn1d, pruned: 400 of 1,000 parameters\n\[figure: kept, removed\]/);
    assert.match(text(new Map([['input', { min: -1, max: 2 }]])), /tensor +min +max\n.*\ninput +-1 +2/);
    assert.match(text(channelGroups(architecture)), /^group +channels +made by/);
    assert.match(text({ accuracy: 0.5, predictions: new Int32Array(4), confusion: [[1, 1], [1, 1]] }), /^Evaluation\n[^]*accuracy +50.0 %/, 'of a graph, without a loss');
    assert.match(text(new Map([['Makefile', 'all:\n'], ['net.c', 'int x;\n']])), /net\.c +2 +7/);
    assert.match(text(boards), /pico2? +Raspberry Pi Pico[^]*264 KiB/);
  });

  it('what a search is about: a task, goals, suggestions, importances, a posterior, an explanation', async () => {
    const data = await generatedImu({ people: 3, windowsEach: 2, length: 32 });
    const space = defineSpace({ filters: integer(2, 8) });
    const task = defineTask(space, { dataset: data, board: boards.pico, architecture: ({ filters }) => cnn1d({ inputShape: data.inputShape, classes: data.classes.length, filters, depth: 1 }) });
    assert.match(text(task), /^Task\n[^]*Raspberry Pi Pico[^]*from the parameters +architecture\n?$/);
    const goals = objectivesOf(task);
    assert.match(text(goals), /^4 objectives, 2 constraints\n[^]*ROM \(B\) +minimize +before training/);
    const search = await createStudy({ name: 'viewed', space, ...goals, optimizer: randomSearch(), seed: 1 });
    await search.run(({ params }) => ({ accuracy: params.filters / 10, rom: 1, ram: 1, macs: 1 }), { trials: 4 });
    assert.match(text(search), /^Study 'viewed'/, 'a study is more than its goals');
    assert.match(text(search.context()), /^What an optimiser is told: 4 finished trials, 0 running/);
    assert.match(text([{ params: { filters: 3 }, explanation: { stage: 'model', predictions: [{}] } }]), /^filters +stage\n.*\n +3 +model$/);
    assert.match(text(parameterImportance(search.context())), /^parameter +share/);
    assert.match(text(gaussianProcess().fit([[0], [1]], [0, 1])), /^Gaussian process\n[^]*lengthscales/);
    assert.match(text(explain(search.context())), /accuracy +modelled +4\n(?:\w+ +known +4\n?){3}/);
  });

  it('a stored trial and a list of them, by what a record knows', () => {
    const record = { number: 3, state: 'complete', params: { x: 0.5 }, values: [0.25], intermediate: [], attributes: { note: 'fine' } };
    assert.match(html(record), /Trial 3: complete<\/b>.*value 1.*parameters.*noted/);
    assert.match(text([record]), /^trial +state +value 1 +x\n/);
  });

  it('a running trial: what was predicted of each objective, by name', async () => {
    const suggestion = { params: { x: 0.5 }, explanation: { stage: 'model', predictions: [{ mean: 1, deviation: 0.1 }] } };
    const search = await createStudy({ name: 'asked', space: defineSpace({ x: toolkit.space.real(0, 1) }), objectives: [{ name: 'loss', direction: 'minimize' }], optimizer: { name: 'one', suggest: async () => [suggestion] } });
    assert.match(html(await search.ask()), /predictions<\/b>.*<td[^>]*>loss<\/td><td[^>]*>1<\/td>/);
  });

  it('the parts of the toolkit: name, purpose in the words of the index, what is in them', () => {
    const index = readFileSync(join(__dirname, '..', 'src', 'index.ts'), 'utf8');
    for (const [, purpose, name] of index.matchAll(/\/\*\* (.*)\. \*\/\nexport \* as (\w+)/g)) {
      const part = (toolkit as unknown as Record<string, object>)[name];
      assert.equal(text(part).split('\n')[0].toLowerCase(), `${name}: ${purpose}`.toLowerCase());
      assert.match(html(part), /functions<\/td>/);
    }
    assert.equal(Object.keys(toolkit).length, [...index.matchAll(/^export \* as/gm)].length);
    assert.match(text(toolkit.moo), /^moo: dominance[^]*\nfunctions +[^]*nonDominatedSort, [^]*paretoFront/);
    assert.match(text(toolkit.base), /\nclasses +ArgumentError, /);
    assert.match(text(toolkit.study.stop), /^study\.stop: criteria/);
  });

  it('what they are parametrised with: problems, storages, optimisers, heuristics …', () => {
    const { compress, emulate, nn, optimize, problems, storage, study } = toolkit;
    assert.match(text(problems.tinyMix()), /^TinyMix, a test problem\n[^]*variables +9, 7 of them rounded\n[^]*reference point +0\.6, 1\.9, 1\.5[^]*\nvariable +low +high/);
    assert.match(text(study.memoryStorage()), /^Storage of studies\n[^]*memory/);
    assert.match(text(storage.journalStorage('study.log')), /where +\S*study\.log/);
    assert.match(text(storage.artifactStore(tmpdir())), /^Artifact store/);
    for (const [value, title] of [
      [optimize.bayesian(), "Optimiser 'bayesian'"], [compress.l1, "Pruning heuristic 'l1'"], [compress.agp(), "Pruning schedule 'agp'"],
      [compress.minMax(), "Observer of ranges 'minMax'"], [nn.adam(), "Optimiser of weights 'adam'"], [nn.cosineSchedule(), "Schedule of the learning rate 'cosine'"],
      [emulate.hostRunner, "Runner 'host'"],
    ] as const) assert.ok(text(value).startsWith(title), text(value));
    assert.match(text(nn.adam()), /defaultLearningRate +0\.001/);
  });

  it('pieces of spaces, goals and studies: one dimension, one limit, columns, rows', () => {
    const { experiment, problems, space, study } = toolkit;
    assert.match(text(space.real(1, 100, { log: true })), /^Dimension, real\n[^]*from +1\n[^]*to +100\n[^]*logarithmic/);
    assert.match(text(space.categorical(['relu', 'relu6'])), /^Dimension, categorical\n[^]*relu, relu6/);
    assert.match(text(when(() => true, ordinal([3, 5]))), /under a condition/);
    assert.match(text(problems.tinyMixDimensions), /^name +kind +low +high +choices\n[^]*filters +integer +4 +32/);
    assert.match(text(space.columns(defineSpace({ n: integer(1, 9), x: space.real(0, 1) }))), /n +ordered +9\n *x +continuous +any/);
    assert.match(text(problems.tinyMixConstraints), /constraint +upper +known\n[^]*ramKb +24 +before training|constraint +lower +upper +known\n[^]*ramKb +24 +before training/);
    assert.match(text(problems.tinyMixConstraints[0]), /ramKb/);
    assert.match(text(problems.tinyMixObjectives[0]), /error +minimize +by trials/);
    assert.match(text(study.trialRows([{ name: 'loss', direction: 'minimize' }], [{ number: 0, state: 'complete', params: { x: 1 }, values: [2], intermediate: [], attributes: {} }])), /^trial +state +loss/);
    assert.match(text(experiment.inProcess(async () => 1, { slots: 2 })), /^Executor 'in process'\n[^]*slots +2/);
  });

  it('surrogates, fitted or not, and what they are made of; a slice and a surface as figures', async () => {
    const { base, moo, optimize, space: { real } } = toolkit;
    assert.match(text(gaussianProcess()), /^Gaussian process, before it is fitted\n[^]*matern52[^]*fitted: maximum a posteriori/);
    assert.match(text(gaussianProcess({ lengthscales: [0.5], kernel: 'rbf' })), /kernel +rbf\n *lengthscales +0\.5\n[^]*as given/);
    assert.match(text(gaussianProcess().fit([[0], [1]], [0, 1]).predict([[0.5]])), /^row +mean +deviation/);
    assert.match(text(optimize.kernels.rbf), /^Kernel of a Gaussian process 'rbf'/);
    assert.match(text(optimize.acquisitions.logEhvi()), /^Acquisition '/);
    const boxes = moo.boxDecomposition([[0.2, 0.8], [0.5, 0.5]], [1, 1]);
    assert.match(text(boxes), /objectives +2\n *boxes +3/);
    assert.match(text(new optimize.HypervolumeImprovement(boxes)), /^HypervolumeImprovement\n/);
    assert.match(text(base.createRng(7)), /^Random numbers\n[^]*seed +7/);
    const space = defineSpace({ x: real(0, 1), y: real(0, 1) });
    const search = await createStudy({ name: 'sliced', space, objectives: [{ name: 'loss', direction: 'minimize' }], optimizer: randomSearch(), seed: 1 });
    await search.run(({ params }) => (params.x - 0.3) ** 2 + params.y, { trials: 6 });
    const explained = explain(search.context());
    assert.match(text(explained.slice('loss', 'x')), /^\[figure 'loss along x'/);
    assert.match(text(explained.surface('mean', 'loss', 'x', 'y')), /^\[figure '/);
    assert.match(text(explained.calibration('loss')), /^\[figure/);
  });

  it('pieces of data sets: statistics, counts, a front end for sound, streams that it does not read from', async () => {
    const { datasets } = toolkit;
    const data = await generatedImu({ people: 3, windowsEach: 2, length: 32 });
    assert.match(text(data.normalisation), /^channel +mean +deviation/);
    assert.match(text(datasets.describe(data)), /^class +train +validation +test/);
    assert.match(text(datasets.toRows(data, { limit: 1 })), /^split +class +subject/);
    assert.match(text(datasets.createLogMel()), /^Log-mel front end\n[^]*49 frames × 40 bands[^]*16,000 Hz[^]*of 30 ms, every 20 ms[^]*from 20 to 4,000 Hz/);
    assert.match(text(datasets.createLogMel({ coefficients: 10 })), /× 10 coefficients/);
    for (const stream of [datasets.streamMnist(), datasets.streamFashionMnist(), datasets.streamCifar10(), datasets.streamDaliac(), datasets.shuffled(datasets.streamMnist(), 10)])
      assert.match(text(stream), /^Stream: datasets\.\w+\n[^]*for await/);
    const [batch] = [{ x: new Float32Array(4), y: new Int32Array(1), n: 1 }];
    const shuffled = datasets.shuffled((async function* () { yield batch; })(), 10);
    text(shuffled);
    const read: unknown[] = [];
    for await (const one of shuffled) read.push(one);
    assert.equal(read.length, 1, 'nothing was taken from it');
    assert.match(text(datasets.candidate('mnist', () => datasets.mnist())), /^Candidate for a data set 'MNIST'/);
  });

  it('pieces of networks and graphs: weights, operations, tensors, steps, blocks, without their numbers', () => {
    const { compress, deploy, nn } = toolkit;
    const network = initialNetwork(architecture, 1);
    assert.match(text(network.weights), /^layer +role +values +least +mean +greatest\n.*\nconv1 +kernel +120 +-0/);
    assert.match(text(nn.countLayers(architecture)), /^name +kind +output +parameters +macs/);
    assert.match(text(new Map([['conv1', Float64Array.of(1, 3)]])), /conv1 +2 +1 +2 +3/);
    const integer = skeleton(architecture, 'int8');
    assert.match(text(integer.operations), /^operation +kind +inputs +output/);
    assert.match(text(integer.tensors), /^tensor +shape +scale +zero point/);
    const graph = randomGraph(createRng(1), 6, 'int8');
    const memory = plan(graph, boards.pico);
    assert.match(text(graph.ops), /^index +op +kind +inputs +output/);
    assert.match(text(graph.tensors), /^index +tensor +shape +scale +zero point/);
    assert.match(text(memory.steps), /^op +kernel +inputs +output +scratch, B/);
    assert.match(text(memory.blocks), /^tensors +offset, B +bytes/);
    for (const op of graph.ops) assert.ok(text(op).startsWith(`Operation '${op.name}'`) && text(op).length < 2500, text(op));
    assert.match(text(new compress.PruningContext(network, { x: new Float32Array(0), y: new Int32Array(0), n: 0 }, createRng(1))), /^What a pruning heuristic looks at\ncnn1d: /);
    assert.match(text(deploy.emitArduino(graph, plan(graph, boards.nano33), boards.nano33)), /^file +lines +bytes/);
  });

  it('costs, with their units, and what they are predicted by', () => {
    const { deploy } = toolkit;
    assert.match(text(deploy.predictCost(skeleton(architecture, 'int8'), boards.pico)), /^Predicted cost of an inference\n[^]*flash +[\d,]+ B\n[^]*time +[\d.]+ ms\n[^]*energy +[\d.]+ µJ/);
    assert.match(text({ parameters: 500, macs: 15_000, rom: 6000, ram: 2000, latency: 1.5, energy: 0.09 }), /^Known before training\n[^]*latency +1\.5 ms\n *energy +90 µJ/);
    assert.match(text({ cost: 1e5, unit: 'instructions', stackBytes: 300 }), /^Measured on the emulator\n[^]*instructions +100,000/);
    const graph = randomGraph(createRng(1), 6, 'int8');
    assert.match(text(deploy.predictLatency(graph, plan(graph, boards.pico), boards.pico, deploy.latencyModelOf(boards.pico)!)), /^Predicted latency\n[^]*cycles +[\d,]+\n *time +[\d.]+ ms/);
    assert.match(text(deploy.latencyModelOf(boards.pico)), /^Latency model of a core, in cycles\n/);
    assert.match(text(deploy.kernels), /^kernel +operations +cores/);
    assert.match(text(deploy.kernels[0]), /^Kernel of a board\n/);
    const elf = { sections: [{ name: '.text', address: 0x10000000, size: 12, hasContent: true }], segments: [] };
    assert.match(text(elf), /\.text +0x10000000 +12 +yes/);
  });

  it('the toolkit as a whole: its parts and what each is for', () => {
    assert.match(text(toolkit), /^Paretino\nname +purpose\n[^]*moo +dominance/);
  });

  it('everything else stays as it was', () => {
    for (const value of [{ name: 'x', layers: [] }, { name: 'x', score: () => 1, more: {} }, { name: 'x', run: () => 1 }, { dimensions: { a: 1 } }, { rows: [1] }, null, 'text', [1, 2], { name: 'x', limit: 3 }, { mean: [1], other: 2 }, { kind: 'real' }, new Map([['a', 1]]), new Map(), (function* () {})()]) {
      assert.equal(toBundle(value)['text/html'], undefined);
    }
  });
});
