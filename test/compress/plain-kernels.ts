/** Depthwise convolutions of unequal strides, calibrated and simulated: a child of simulate.test.ts, without oneDNN's kernels. */
import { calibrate, quantize, simulate } from '../../src/compress';
import { initialNetwork, mobilenetV3Small1d } from '../../src/nn';
import { samplesFor } from './run';

async function main(): Promise<void> {
  const network = initialNetwork(mobilenetV3Small1d({ inputShape: [32, 2], classes: 4, width: 0.1 }), 1);
  const samples = { x: samplesFor(network.architecture, 1), n: 1 };
  const outputs = await simulate(quantize(network, await calibrate(network, samples), 'int8'), samples);
  console.log(`${outputs.length} outputs`);
}

void main();
