/*
 * A search for the command line, small enough to run in a minute:
 *
 *   npx paretino run examples/search.ts --trials 3
 *
 * Run again, it goes on: the study lives in out/search/journal.log, where `paretino status`, `front`, `plot` and a
 * notebook (by the same call of createStudy) find it.
 */
import { mkdirSync } from 'node:fs';
import { datasets, deploy, experiment, nn, optimize, space, storage, study } from 'paretino';

export default async () => {
  const data = await datasets.generatedImu({ people: 6, windowsEach: 4, length: 128 });
  const searchSpace = space.defineSpace({
    filters: space.integer(4, 24),
    depth: space.integer(1, 3),
    sparsity: space.real(0, 0.7),
  });
  const task = experiment.defineTask(searchSpace, {
    dataset: data,
    board: deploy.boards.pico,
    architecture: ({ filters, depth }) => nn.cnn1d({ inputShape: data.inputShape, classes: data.classes.length, filters, depth }),
    pruning: ({ sparsity }) => ({ sparsity }),
    training: () => ({ epochs: 15, learningRate: 0.01 }),
  });
  mkdirSync('out/search', { recursive: true });
  const search = await study.createStudy({
    name: 'search',
    space: searchSpace,
    ...experiment.objectivesOf(task, { ram: 16 * 1024 }),
    optimizer: optimize.bayesian(),
    storage: storage.journalStorage('out/search/journal.log'),
    seed: 1,
  });
  return { study: search, task };
};
