/* A process that works on a study until it is killed: worker.ts <journal, database *.db or address> <file of what was told> */
import { appendFileSync } from 'node:fs';
import { defineSpace, integer, real, sample } from '../../src/space';
import { createStudy, type Optimizer } from '../../src/study';
import { isPostgresAddress, journalStorage, postgresStorage, sqliteStorage } from '../../src/storage';

const random: Optimizer = {
  name: 'random',
  suggest: async ({ space, rng }, n) => Array.from({ length: n }, () => ({ params: sample(space, rng) })),
};

async function main(): Promise<void> {
  const [file, told] = process.argv.slice(2);
  const study = await createStudy({
    name: 'shared',
    space: defineSpace({ x: real(0, 1), n: integer(1, 9) }),
    objectives: [{ name: 'y', direction: 'minimize' }],
    optimizer: random,
    storage: isPostgresAddress(file) ? postgresStorage(file) : file.endsWith('.db') ? sqliteStorage(file) : journalStorage(file),
  });
  for (;;) {
    const trial = await study.ask();
    await trial.report(1, trial.params.x);
    await study.tell(trial, trial.params.x + trial.params.n);
    appendFileSync(told, `${trial.number} ${trial.params.x + trial.params.n}\n`);
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
