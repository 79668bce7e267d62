import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { DataError } from '../../src/base';
import { defineSpace, real, sample } from '../../src/space';
import { createStudy, type Study } from '../../src/study';
import { postgresStorage } from '../../src/storage';
import { toTheEnd } from '../support/command-line';
import { startPostgres, type PostgresServer } from '../support/postgres';

interface Client {
  connect(): Promise<void>;
  query(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

/** The database as anybody may open it. */
async function connect(address: string): Promise<Client> {
  const { Client } = require('pg') as { Client: new (address: string) => Client };
  const client = new Client(address);
  await client.connect();
  return client;
}

const make = (address: string, graceMs?: number): Promise<Study<{ x: number }>> =>
  createStudy({
    name: 'ours', space: defineSpace({ x: real(0, 1) }), objectives: [{ name: 'y', direction: 'minimize' }], seed: 1,
    optimizer: { name: 'random', suggest: async ({ space, rng }) => [{ params: sample(space, rng) }] }, storage: postgresStorage(address, { graceMs }),
  });
const rejects = (work: Promise<unknown>, message: RegExp): Promise<void> =>
  assert.rejects(work, (error: Error) => error instanceof DataError && message.test(error.message));

describe('storage: PostgreSQL without a server', () => {
  it('wants an address', () => {
    for (const wrong of ['studies.db', 'http://a/b', '', undefined as never]) assert.throws(() => postgresStorage(wrong), /address: got .*, wanted postgresql:\/\/user@host\/database/);
  });

  it('says where nobody answers, without the password; gives up one that says nothing', async () => {
    await rejects(make('postgresql://me:secret@127.0.0.1:1/studies'), /^postgresql:\/\/me@127\.0\.0\.1:1\/studies: no server answers there$/);
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    await rejects(make(`postgresql://me@127.0.0.1:${port}/studies`, 200), /no server answers there/);
    sockets.forEach((socket) => socket.destroy());
    silent.close();
  });
});

describe('storage: PostgreSQL', function () {
  this.timeout(60_000);
  let server: PostgresServer | undefined;
  before(async function () {
    server = await startPostgres(this);
  });
  after(() => server?.stop());

  it('names what is wrong with a database', async () => {
    const address = server!.database();
    await rejects(make(address.replace(/\/d\d+$/, '/none')), /\/none: the server has no such database/);
    assert.deepEqual(await postgresStorage(address).studyNames(), []);
    const other = await connect(address);
    await other.query('CREATE TABLE trials (id INTEGER)');
    await rejects(make(address), /is a database without studies/);
    await other.query('DROP TABLE trials');
    await make(address);
    await other.query("UPDATE alembic_version SET version_num = 'v9.9.9.a'");
    await rejects(make(address), /table alembic_version: holds v9\.9\.9\.a, wanted v3\.2\.0\.a/);
    await other.query("UPDATE alembic_version SET version_num = 'v3.2.0.a'");
    const study = await make(address);
    await study.run(({ params }) => params.x, { trials: 2 });
    await other.query("UPDATE trial_params SET distribution_json = 'x' WHERE trial_id = 2");
    await rejects(make(address), /table trial_params, trial_id 2: .*JSON/);
    await other.end();
  });

  it('says that it may only read, and changes nothing', async () => {
    const address = server!.database();
    const study = await make(address);
    await study.run(({ params }) => params.x, { trials: 1 });
    const other = await connect(address);
    await other.query(`ALTER DATABASE ${new URL(address).pathname.slice(1)} SET default_transaction_read_only = on`);
    const readOnly = await make(address);
    assert.equal(readOnly.trials.length, 1);
    await rejects(readOnly.ask(), /the server takes no writing/);
    assert.equal((await make(address)).trials.length, 1);
    await other.end();
  });

  it('goes on after a lost connection: the call that met it fails, with nothing half-done', async () => {
    const address = server!.database();
    const study = await make(address);
    const trial = await study.ask();
    const other = await connect(address);
    const end = (): Promise<unknown> => other.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'paretino' AND datname = current_database()");
    await end();
    // Noticed in between, or by the call itself.
    await study.tell(trial, 0.5).catch(async (error: Error) => {
      assert.match(error.message, /connection/);
      await study.tell(trial, 0.5);
    });
    await end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await study.run(({ params }) => params.x, { trials: 1 });
    assert.deepEqual((await make(address)).trials, study.trials);
    await other.end();
  });

  it('waits for another process that holds the tables, though not for ever', async () => {
    const address = server!.database();
    const study = await make(address, 500);
    const other = await connect(address);
    await other.query('BEGIN');
    await other.query('LOCK TABLE trials IN SHARE ROW EXCLUSIVE MODE');
    setTimeout(() => void other.query('COMMIT'), 150);
    await study.run(({ params }) => params.x, { trials: 1 });
    await other.query('BEGIN');
    await other.query('LOCK TABLE trials IN SHARE ROW EXCLUSIVE MODE');
    await rejects(study.ask(), /another process holds its tables/);
    await other.query('COMMIT');
    await study.run(({ params }) => params.x, { trials: 1 });
    assert.deepEqual(study.trials.map(({ state }) => state), ['complete', 'complete']);
    await other.end();
  });

  it('is read by the command line', async () => {
    const address = server!.database();
    await (await make(address)).run(({ params }) => params.x, { trials: 3 });
    const { status, out } = await toTheEnd('status', address, '--json');
    assert.equal(status, 0);
    const [{ study, objectives, complete }] = JSON.parse(out);
    assert.deepEqual([study, objectives, complete], ['ours', [{ name: 'y', direction: 'minimize' }], 3]);
  });
});
