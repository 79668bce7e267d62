import assert from 'node:assert/strict';
import { describe as table, generatedImu, memoryBytes, toFrame, toRows } from '../../src/datasets';

describe('tables of a data set', () => {
  it('counts classes, people and bytes', async () => {
    const set = await generatedImu({ people: 3, windowsEach: 2, length: 32 });
    const rows = table(set);
    assert.equal(rows.length, 13 + 3);
    assert.deepEqual(rows[0], { class: 'sitting', train: 2, validation: 2, test: 2 });
    assert.deepEqual(rows[13], { class: 'all', train: 26, validation: 26, test: 26 });
    assert.deepEqual(rows[14], { class: 'people', train: 1, validation: 1, test: 1 });
    assert.equal(rows[15].train, 26 * (32 * 24 * 4 + 4));
    // Beside x and y: person, recording and start of each window, 4 bytes each.
    assert.equal(memoryBytes(set), 3 * 26 * (32 * 24 * 4 + 4 * 4));
  });

  it('gives each sample as a row of channel statistics, and a danfojs frame of them', async () => {
    const set = await generatedImu({ people: 3, windowsEach: 2, length: 32 });
    const rows = toRows(set, { split: 'test', limit: 5 });
    assert.equal(rows.length, 5);
    assert.equal(rows[0].class, set.classes[set.test.y[0]]);
    assert.equal(rows[0].subject, set.test.subjects?.[0]);
    const values = Array.from({ length: 32 }, (_, t) => set.test.x[t * 24 + 7]);
    const mean = values.reduce((a, b) => a + b, 0) / 32;
    assert.ok(Math.abs((rows[0]['chest acc y mean'] as number) - mean) < 1e-9);
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 32);
    assert.ok(Math.abs((rows[0]['chest acc y deviation'] as number) - deviation) < 1e-6);
    const frame = toFrame(rows) as { shape: number[]; columns: string[] };
    assert.deepEqual(frame.shape, [5, 3 + 48]);
    assert.throws(() => toFrame([]), /at least one/);
  });
});
