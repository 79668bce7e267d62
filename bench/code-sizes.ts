/**
 * Measures the code of each kernel and of start-up and harness on every core, and writes src/deploy/predict/code-size-table.json, which
 * predictions of ROM stand on. Run it after a change in templates/ or with another compiler.
 *
 *     npx ts-node -T bench/code-sizes.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTemporaryFolder } from '../src/base';
import { boards } from '../src/deploy';
import { compilerVersion, measureCodeSizes } from '../src/emulate/measure-code';

async function main(folder: string): Promise<void> {
  const target = join(__dirname, '..', 'src', 'deploy', 'predict', 'code-size-table.json');
  const cores: Record<string, unknown> = {};
  const compilers: Record<string, string> = {};
  for (const board of Object.values(boards)) {
    if (board.core === 'host' || cores[board.core]) continue;
    cores[board.core] = await measureCodeSizes(board, folder);
    const { compiler, version } = await compilerVersion(board);
    compilers[compiler] = version;
    console.log(board.core, JSON.stringify(cores[board.core]));
  }
  writeFileSync(target, `${JSON.stringify({ compilers, cores }, null, 2)}\n`);
  console.log(`${target}: ${readFileSync(target).length} B`);
}

void withTemporaryFolder(main);
