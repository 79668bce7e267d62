/**
 * Patch-wise execution beside the whole network: RAM, flash, multiply-accumulates and what they cost on the boards, on a
 * MobileNet of the Visual Wake Words size and on models of the zoo. Every output is compared with the whole network's,
 * byte for byte. RAM and flash are the linker's. The bound is what no plan of the whole network can go below.
 *
 *     npx ts-node -T bench/patchwise.ts [--pico]
 *
 * --pico runs the RP2040 too, which takes a minute. MLPerf Tiny's MobileNet is left out where its file is not there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRng, withTemporaryFolder } from '../src/base';
import { boards, elements, importTflite, interpret, macsOf, plan, waysToSplit, type Board, type Graph } from '../src/deploy';
import { build, runnerFor } from '../src/emulate';
import { mobilenetV2, resnet8 } from '../src/nn';
import { resultTable } from './support/table';
import { untrained } from './support/untrained';

const VWW = join(__dirname, '..', '..', 'shared', 'data', 'mlperf-tiny', 'models', 'vww_96_int8.tflite');

async function models(): Promise<Map<string, Graph>> {
  const found = new Map<string, Graph>();
  if (existsSync(VWW)) found.set('MobileNet 0.25, 96×96 (MLPerf Tiny VWW)', importTflite(readFileSync(VWW), 'vww'));
  else console.log('left out: MobileNet of MLPerf Tiny, no folder shared/data/mlperf-tiny beside the checkout');
  found.set('MobileNetV2 0.35, 96×96', await untrained(mobilenetV2({ inputShape: [96, 96, 3], classes: 2, width: 0.35 })));
  found.set('ResNet-8, 32×32', await untrained(resnet8({ inputShape: [32, 32, 3], classes: 10 })));
  return found;
}

const macs = (graph: Graph): number => graph.ops.reduce((sum, op) => sum + macsOf(graph, op), 0);
const percent = (share: number): string => `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;

async function main(folder: string): Promise<void> {
  const targets: Board[] = [boards.nano33, ...(process.argv.includes('--pico') ? [boards.pico] : [])];
  for (const [title, graph] of await models()) {
    const rng = createRng('bench/patchwise/input');
    const input = Int8Array.from({ length: elements(graph.tensors[graph.input].shape) }, () => rng.integer(-128, 127));
    const wanted = interpret(graph, input);
    for (const board of targets) {
      const measure = async (one: Graph) => {
        const memory = plan(one, board, { check: false });
        const firmware = await build(one, board, folder, { memory });
        const { outputs, instructions, cycles, stackBytes } = await runnerFor(board).run(firmware, [input]);
        const off = outputs[0].filter((value, i) => value !== wanted[i]).length;
        const told = memory.ramBytes === firmware.ramBytes && memory.romBytes === firmware.romBytes;
        return { firmware, cost: cycles ?? instructions ?? NaN, off, told, stackBytes, steps: memory.steps.length };
      };
      const whole = await measure(graph);
      const unit = board.emulation.runner === 'rp2040' ? 'cycles' : 'instructions';
      console.log(`${title}, ${board.name}: input ${input.length} B, bound of the whole network ${whole.firmware.memory.boundBytes} B`);
      const head = ['split', 'parts', 'RAM, B', 'against whole', 'flash, B', 'as predicted', 'MACs', unit, '', 'steps', 'stack', 'bytes off'];
      const table = resultTable(head, 2);
      const row = (name: string, parts: string, one: Graph, of: Awaited<ReturnType<typeof measure>>): void => {
        table.push([
          name, parts, of.firmware.ramBytes, percent(of.firmware.ramBytes / whole.firmware.ramBytes - 1), of.firmware.romBytes, of.told ? 'yes' : 'no',
          percent(macs(one) / macs(graph) - 1), of.cost, percent(of.cost / whole.cost - 1), of.steps, of.stackBytes ?? '', of.off,
        ]);
      };
      row('', 'whole', graph, whole);
      const ways = waysToSplit(graph, board);
      // The ends of the front and what lies between.
      const chosen = new Set([0, Math.floor(ways.length / 3), Math.floor((2 * ways.length) / 3), ways.length - 1]);
      for (const way of ways.filter((_, i) => chosen.has(i))) {
        row(`to ${graph.ops[way.until].name}`, way.grid.join(' × '), way.graph, await measure(way.graph));
      }
      console.log(table.toString());
    }
  }
}

void withTemporaryFolder(main);
