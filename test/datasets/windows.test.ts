import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createRng, ArgumentError } from '../../src/base';
import {
  alignOntoClock, channelStatistics, defaultSubjectSplit, holdOut, normalise, splitBySubject, stratifiedSample, windows,
} from '../../src/datasets';

const recording = (labels: number[], subject = 1): { values: Float32Array; labels: number[]; subject: number } =>
  ({ values: Float32Array.from(labels, (_, t) => t), labels, subject });

describe('windows', () => {
  it('cuts windows that overlap by half and drops those of mixed label', () => {
    const index = windows([recording([0, 0, 0, 0, 0, 0, 1, 1, 1, 1])], { length: 4 });
    assert.deepEqual([...index.starts], [0, 2, 6]);
    assert.deepEqual([...index.labels], [0, 0, 1]);
    assert.equal(index.dropped, 1);
  });

  it('labels by majority, by the last step, or by a share', () => {
    const one = [recording([0, 0, 0, 1])];
    assert.deepEqual([...windows(one, { length: 4, label: 'majority' }).labels], [0]);
    assert.deepEqual([...windows(one, { length: 4, label: 'last' }).labels], [1]);
    assert.deepEqual([...windows(one, { length: 4, label: 0.75 }).labels], [0]);
    assert.deepEqual([...windows(one, { length: 4, label: 0.8 }).labels], []);
  });

  it('leaves out what belongs to no class', () => {
    assert.deepEqual([...windows([recording([-1, -1, -1, -1, 2, 2, 2, 2])], { length: 4, overlap: 0 }).labels], [2]);
  });

  it('never leaves a recording, and keeps the step of the overlap', () => {
    fc.assert(fc.property(
      fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 20 }),
      fc.double({ min: 0, max: 0.95, noNaN: true }),
      (lengths, length, overlap) => {
        const all = lengths.map((steps, r) => recording(new Array(steps).fill(r % 3), r));
        const index = windows(all, { length, overlap });
        const step = Math.max(1, Math.round(length * (1 - overlap)));
        const wanted = lengths.reduce((sum, steps) => sum + (steps < length ? 0 : Math.floor((steps - length) / step) + 1), 0);
        assert.equal(index.labels.length, wanted);
        index.starts.forEach((start, i) => {
          assert.equal(start % step, 0);
          assert.ok(start + length <= lengths[index.recordings[i]]);
          assert.equal(index.subjects[i], index.recordings[i]);
        });
      },
    ));
  });

  it('refuses a length, overlap or rule that makes no sense', () => {
    assert.throws(() => windows([], { length: 0 }), ArgumentError);
    assert.throws(() => windows([], { length: 4, overlap: 1 }), /overlap: got 1/);
    assert.throws(() => windows([], { length: 4, label: 'most' as never }), /label/);
  });
});

describe('splits by person', () => {
  it('puts each person in one split only', () => {
    const at = splitBySubject([1, 1, 2, 3, 3, 4], { train: [1, 4], validation: [2], test: [3] });
    assert.deepEqual([...at.train], [0, 1, 5]);
    assert.deepEqual([...at.validation], [2]);
    assert.deepEqual([...at.test], [3, 4]);
  });

  it('refuses people in two splits and people who are not there', () => {
    assert.throws(() => splitBySubject([1, 2], { train: [1, 2], validation: [2], test: [] }), /not in train/);
    assert.throws(() => splitBySubject([1, 2], { train: [1], validation: [7], test: [2] }), /1, 2/);
  });

  it('spreads people over three groups without overlap', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 3, maxLength: 60 }), (people) => {
      const { train, validation, test } = defaultSubjectSplit(people);
      const all = [...train, ...validation, ...test];
      assert.equal(all.length, people.length);
      assert.equal(new Set(all).size, people.length);
      assert.ok(train.length > 0 && validation.length > 0 && test.length > 0);
    }));
  });
});

describe('stratified samples', () => {
  it('keeps each class in proportion, to the nearest whole sample', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 200 }), fc.integer({ min: 0, max: 220 }), (labels, count) => {
      const chosen = stratifiedSample(labels, count, createRng(1));
      assert.equal(chosen.length, Math.min(count, labels.length));
      assert.equal(new Set(chosen).size, chosen.length);
      for (let k = 0; k < 5; k++) {
        const share = (labels.filter((y) => y === k).length * chosen.length) / Math.max(1, labels.length);
        assert.ok(Math.abs(chosen.reduce((sum, i) => sum + Number(labels[i] === k), 0) - share) < 1 + 1e-9);
      }
    }));
  });

  it('holds out a share, the same one for the same seed', () => {
    const labels = Array.from({ length: 100 }, (_, i) => i % 4);
    const [a, b, c] = [1, 1, 2].map((seed) => holdOut(labels, 0.2, createRng(seed)));
    assert.deepEqual(a.held, b.held);
    assert.notDeepEqual(a.held, c.held);
    assert.equal(a.held.length, 20);
    assert.deepEqual([...a.kept, ...a.held].sort((x, y) => x - y), labels.map((_, i) => i));
  });
});

describe('normalisation', () => {
  it('gives each channel mean 0 and deviation 1, also far from zero, and leaves a constant channel at 0', () => {
    const rng = createRng(3);
    const values = Float32Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? 5 : i % 3 === 1 ? 1000 + rng.normal() : 1e-3 * rng.normal()));
    const statistics = channelStatistics(values, 3);
    assert.equal(statistics.deviation[0], 1);
    const out = normalise(values, statistics);
    const after = channelStatistics(out, 3);
    for (const c of [1, 2]) {
      assert.ok(Math.abs(after.mean[c]) < 1e-4);
      assert.ok(Math.abs(after.deviation[c] - 1) < 1e-3);
    }
    assert.ok(out.every((value, i) => i % 3 !== 0 || value === 0));
  });
});

describe('alignment onto one clock', () => {
  const line = (times: number[], slope: number): Parameters<typeof alignOntoClock>[0][number] => ({
    times: Float64Array.from(times), values: Float64Array.from(times, (t) => slope * t), channels: 1,
    labels: Int32Array.from(times, (t) => (t < 50 ? 0 : 1)),
  });

  it('reproduces straight lines at uneven times, over the time that both devices cover', () => {
    const rng = createRng(5);
    const times = Array.from({ length: 300 }, (_, i) => i + 0.8 * rng.next());
    const { values, labels, start } = alignOntoClock([line(times, 2), line(times.map((t) => t + 10), -3)], 200);
    assert.equal(start, times[0] + 10);
    assert.equal(labels.length, Math.floor((times[299] - start) / 5) + 1);
    for (let t = 0; t < labels.length; t++) {
      const time = start + 5 * t;
      assert.ok(Math.abs(values[2 * t] - 2 * time) < 1e-3);
      assert.ok(Math.abs(values[2 * t + 1] + 3 * time) < 1e-3);
      if (Math.abs(time - 50) > 2) assert.equal(labels[t], time < 50 ? 0 : 1);
    }
  });

  it('sorts times and averages repeats', () => {
    const signal = { times: Float64Array.of(20, 0, 10, 10), values: Float64Array.of(2, 0, 4, 6), channels: 1, labels: Int32Array.of(3, 0, 1, 2) };
    const { values, labels } = alignOntoClock([signal], 100);
    assert.deepEqual([...values], [0, 5, 2]);
    assert.deepEqual([...labels], [0, 2, 3]);
  });

  it('gives nothing where devices share no time', () => {
    assert.equal(alignOntoClock([line([0, 1], 1), line([5, 6], 1)], 100).labels.length, 0);
  });
});
