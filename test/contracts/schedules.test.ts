import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as schedules from '../../src/compress/prune/schedules';

/** A schedule, or a function that makes one with its defaults. */
type Entry = schedules.PruningSchedule | (() => schedules.PruningSchedule);
const catalogue = Object.entries(schedules as Record<string, Entry>);

describe('contract: every pruning schedule', () => {
  for (const [name, entry] of catalogue) {
    it(`${name}: rises from 0 to 1, never falls, and ends at 1`, () => {
      const schedule = typeof entry === 'function' ? entry() : entry;
      assert.equal(schedule.name, name);
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 300 }), (total) => {
          let last = 0;
          for (let step = 1; step <= total; step++) {
            const share = schedule.sparsityAt(step, total);
            assert.ok(share >= last && share <= 1, `step ${step} of ${total}: ${share} after ${last}`);
            last = share;
          }
          assert.equal(last, 1);
        }),
        { seed: 1, numRuns: 60 },
      );
    });
  }
});
