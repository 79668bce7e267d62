/** A process that trains with a checkpoint and is killed without warning in the middle: a child of train.test.ts. */
import { loadBackend, toLayersModel, train } from '../../src/nn';
import { sines, smallNet } from './support';

async function main(): Promise<void> {
  const [, , checkpoint, killAt] = process.argv;
  await loadBackend();
  const data = { train: sines(120), validation: sines(60, 2) };
  await train(toLayersModel(smallNet(), { seed: 1 }), data, {
    epochs: 4,
    batchSize: 16,
    learningRate: 0.01,
    seed: 5,
    checkpoint,
    onStep: ({ step }) => {
      if (step === Number(killAt)) process.kill(process.pid, 'SIGKILL');
    },
  });
}

void main();
