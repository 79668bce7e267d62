/**
 * Latency before a network is built: fits the cost of each kernel to emulated runs of small networks, core by core, and
 * prints the error on networks that the fit has not seen. Instructions on QEMU, cycles at zero wait states on the RP2040.
 *
 *     npx ts-node -T bench/latency.ts [--write] [board]
 *
 * --write puts the coefficients into src/deploy/predict/latency-table.json: run it after a change in templates/.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRng, withTemporaryFolder, type Rng } from '../src/base';
import { skeleton } from '../src/compress';
import { boards, lower, plan, predictLatency, type Board, type Graph, type LatencyModel, type Op } from '../src/deploy';
import { fitLatency, measureSteps, type StepSample } from '../src/experiment';
import { ArchitectureBuilder, cnn1d, dsCnn, lenet5, mlp, mobilenetV2, mobilenetV3Small, mobilenetV3Small1d, resnet, resnet8, type Architecture } from '../src/nn';
import { resultTable } from './support/table';

/** Costs do not depend on values: a skeleton runs like a trained network. */
function graphOf(architecture: Architecture, name: string): Graph {
  return { ...lower(skeleton(architecture, 'int8')), name };
}

/** The same with most weights gone, and those that are left encoded. */
function sparseOf(graph: Graph, share: number, rng: Rng): Graph {
  const ops = graph.ops.map((op): Op => {
    const isPointwise = op.kind === 'conv2d' && [...op.kernel, ...op.strides].every((n) => n === 1);
    if (op.kind !== 'fullyConnected' && !(op.kind === 'conv2d' && isPointwise)) return op;
    return { ...op, encoding: 'sparse', weights: op.weights.map(() => (rng.next() < share ? rng.integer(1, 127) : 0)) };
  });
  return { ...graph, ops };
}

/** The same as the kernels get it that take what the fastest ones cannot: weights of −128, or factors above one half. */
function awkward(graph: Graph, factors: 'small' | 'large', rng: Rng): Graph {
  const ops = graph.ops.map((op): Op => {
    if (op.kind === 'add') return { ...op, leftShift: 21 };
    if (!('weights' in op)) return op;
    const weights = op.weights.map(() => (factors === 'small' ? -128 : rng.integer(-127, 127)));
    return factors === 'small' ? { ...op, weights } : { ...op, weights, shifts: op.shifts.map(() => 1) };
  });
  return { ...graph, ops };
}

/** What the models of the zoo have none of. */
function pools(rng: Rng, i: number): Architecture {
  const b = new ArchitectureBuilder(`pools ${i}`, [rng.integer(8, 14), rng.integer(8, 14), 2]);
  const x = b.convBnAct(b.add({ kind: 'zeroPad', padding: [1, 0, 2, 1] }, [b.input]), rng.integer(3, 12), 'sigmoid', { padding: 'valid' });
  const both = b.concat([b.averagePool(x, 2), b.maxPool(x, 2)]);
  const small = b.averagePool(b.maxPool(b.conv(both, rng.integer(3, 12)), 3, { strides: 1 }), 2, { strides: 1 });
  return b.build(b.classifier(b.globalAveragePool(small), rng.integer(2, 30)));
}

/** Parts cut out of a picture, as layers that are done patch by patch do. */
function crops(rng: Rng, i: number): Graph {
  const shapes = [[12, 10, 6], [rng.integer(2, 11), rng.integer(2, 9), 6], [1, 1, 6]] as const;
  const tensors = shapes.map((shape, k) => ({ name: `t${k}`, shape, scale: 0.05, zeroPoint: 0 }));
  const ops: Op[] = [
    { kind: 'crop', name: 'part', inputs: [0], output: 1, top: 1, left: 1 },
    { kind: 'crop', name: 'one', inputs: [1], output: 2, top: 1, left: 0 },
  ];
  return { name: `crops ${i}`, tensors, ops, input: 0, output: 2, boundary: 'int8' };
}

/** Small networks of all kinds of layers, for the fit. */
function seen(): Graph[] {
  const rng = createRng('bench/latency');
  const graphs: Graph[] = [];
  for (let i = 0; i < 4; i++) {
    const side = rng.choice([8, 12, 16, 24]);
    const picture = { inputShape: [side, side, rng.integer(1, 4)], classes: rng.integer(2, 12) };
    const signal = { inputShape: [rng.choice([32, 50, 64, 96]), rng.integer(2, 12)], classes: rng.integer(2, 8) };
    const stages = [rng.integer(4, 12), rng.integer(6, 17), rng.integer(8, 24)];
    graphs.push(
      graphOf(resnet({ ...picture, stages, depth: 1 }), `residual ${i}`),
      graphOf(mobilenetV2({ ...picture, width: rng.choice([0.1, 0.25]) }), `mobilenetV2 ${i}`),
      graphOf(cnn1d({ ...signal, filters: rng.integer(4, 20), depth: rng.integer(1, 3) }), `cnn1d ${i}`),
      graphOf(mobilenetV3Small1d({ ...signal, width: 0.1 * (1 + i) }), `mobilenetV3 1-D ${i}`),
      graphOf(mobilenetV3Small({ ...picture, width: 0.1 * (1 + (i % 2)), depth: 0.5 }), `mobilenetV3 2-D ${i}`),
      graphOf(pools(rng, i), `pools ${i}`),
      crops(rng, i),
      graphOf(lenet5({ inputShape: [16 + 2 * i, 16 + 2 * i, 1], classes: 10 }), `lenet5 ${i}`),
      graphOf(mlp({ inputShape: [rng.integer(10, 300)], classes: rng.integer(2, 20) }), `mlp ${i}`),
      sparseOf(graphOf(cnn1d({ ...signal, filters: rng.integer(8, 20), depth: 2 }), `sparse cnn1d ${i}`), rng.next(), rng.fork(`sparse ${i}`)),
      sparseOf(graphOf(mobilenetV2({ ...picture, width: 0.1 }), `sparse mobilenetV2 ${i}`), rng.next(), rng.fork(`sparse 2 ${i}`)),
    );
    const [residual, inverted, signals, dense] = [resnet({ ...picture, stages, depth: 1 }), mobilenetV2({ ...picture, width: 0.1 }),
      cnn1d({ ...signal, filters: rng.integer(4, 20), depth: 2 }), mlp({ inputShape: [rng.integer(10, 300)], classes: 9 })].map((a, k) => graphOf(a, `awkward ${k} ${i}`));
    for (const graph of [residual, inverted, signals, dense]) graphs.push(awkward(graph, i % 2 === 0 ? 'small' : 'large', rng));
  }
  return graphs;
}

/** Other families, or other sizes. */
function unseen(): Graph[] {
  return [
    graphOf(dsCnn({ inputShape: [49, 10, 1], classes: 12, width: 0.5 }), 'DS-CNN, half as wide'),
    graphOf(resnet8({ inputShape: [32, 32, 3], classes: 10, width: 0.5 }), 'resnet8, half as wide'),
    graphOf(mobilenetV3Small({ inputShape: [32, 32, 3], classes: 10, width: 0.25 }), 'MobileNetV3 2-D × 0.25'),
    graphOf(mobilenetV3Small1d({ inputShape: [128, 12], classes: 5, width: 0.5 }), 'MobileNetV3 1-D × 0.5'),
    graphOf(cnn1d({ inputShape: [128, 9], classes: 6, filters: 32 }), 'cnn1d, 32 filters'),
    sparseOf(graphOf(mlp({ inputShape: [640], classes: 10 }), 'MLP of 640, 80 % zeros'), 0.2, createRng('unseen')),
  ];
}

async function fitted(board: Board, folder: string, table: ReturnType<typeof resultTable>): Promise<LatencyModel> {
  const samples: StepSample[] = [];
  let model: LatencyModel = { unit: 'cycles', kernels: {} };
  for (const graph of seen()) {
    const { samples: own, unit } = await measureSteps(graph, board, folder);
    samples.push(...own);
    model = { ...model, unit };
  }
  model = fitLatency(samples, model.unit);
  for (const graph of unseen()) {
    const { samples: own, total } = await measureSteps(graph, board, folder);
    const { cost, seconds, joules } = predictLatency(graph, plan(graph, board, { check: false }), board, model);
    const predicted = own.map(({ kernel, features }) => features.reduce((sum, f, i) => sum + f * model.kernels[kernel][i], 0));
    const layers = own.map((sample, i) => Math.abs(predicted[i] / sample.cost - 1)).sort((a, b) => a - b);
    const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
    table.push([
      board.name, graph.name, Math.round(total), Math.round(cost), percent(cost / total - 1), percent(layers[layers.length >> 1]),
      `${(1000 * seconds).toPrecision(3)} ms`, joules === undefined ? '–' : `${(1000 * joules).toPrecision(3)} mJ`,
    ]);
  }
  return model;
}

async function main(folder: string): Promise<void> {
  const target = join(__dirname, '..', 'src', 'deploy', 'predict', 'latency-table.json');
  const [wanted] = process.argv.slice(2).filter((text) => !text.startsWith('--'));
  const { cores } = JSON.parse(readFileSync(target, 'utf8')) as { cores: Record<string, LatencyModel> };
  const head = ['board', 'network not seen', 'emulated', 'predicted', 'error', 'layer, median', 'time', 'energy'];
  const table = resultTable(head, 2);
  const done = new Set<string>();
  for (const board of Object.values(boards)) {
    if (board.core === 'host' || done.has(board.core) || (wanted !== undefined && board.name !== wanted)) continue;
    done.add(board.core);
    cores[board.core] = await fitted(board, folder, table);
  }
  console.log(table.toString());
  if (process.argv.includes('--write')) {
    const rows = Object.entries(cores).map(([core, { unit, kernels }]) => {
      const lines = Object.entries(kernels).map(([kernel, values]) => `        "${kernel}": ${JSON.stringify(values)}`);
      return `    "${core}": {\n      "unit": "${unit}",\n      "kernels": {\n${lines.join(',\n')}\n      }\n    }`;
    });
    writeFileSync(target, `{\n  "cores": {\n${rows.join(',\n')}\n  }\n}\n`);
  }
}

void withTemporaryFolder(main);
