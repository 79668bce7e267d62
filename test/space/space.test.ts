import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ArgumentError, createRng } from '../../src/base';
import {
  boolean, cardinality, categorical, checkParams, columns, contains, decode, defineSpace, encode, enumerate, fixed, integer,
  key, neighbours, ordinal, real, sample, when, type Params,
} from '../../src/space';

const mixed = defineSpace(
  {
    rate: real(1e-5, 1e-1, { log: true }),
    dropout: real(0, 0.5),
    blocks: integer(1, 6),
    filters: integer(4, 64, { log: true }),
    even: integer(2, 32, { step: 3 }),
    bits: ordinal([8, 16, 32]),
    op: categorical(['conv', 'dense']),
    kernel: when((p) => p.op === 'conv', ordinal([3, 5, 7])),
    bias: boolean(),
    board: fixed('pico'),
  },
  { allowed: (p) => p.blocks * p.bits <= 96 },
);

describe('space: definition', () => {
  const bad: [string, () => unknown, RegExp][] = [
    ['low > high', () => defineSpace({ lr: real(2, 1) }), /dimension 'lr': got \[ 2, 1 \], wanted low ≤ high/],
    ['a logarithm from 0', () => defineSpace({ lr: real(0, 1, { log: true }) }), /dimension 'lr'.*low > 0/],
    ['no choices', () => defineSpace({ op: categorical([]) }), /dimension 'op'.*at least one choice/],
    ['a choice twice', () => defineSpace({ op: categorical([1, 1]) }), /dimension 'op'.*differ/],
    ['a broken integer', () => defineSpace({ n: integer(0.5, 2) }), /dimension 'n'.*integers/],
    ['a bad step', () => defineSpace({ n: integer(0, 4, { step: 0 }) }), /dimension 'n', step/],
    ['NaN', () => defineSpace({ x: real(NaN, 1) }), /dimension 'x'.*finite/],
    ['no dimension', () => defineSpace({}), /dimensions/],
  ];
  for (const [name, make, message] of bad) {
    it(`refuses ${name}`, () => {
      assert.throws(make, (error: Error) => error instanceof ArgumentError && message.test(error.message));
    });
  }

  it('checks parameters and names the wrong one', () => {
    const good = decode(mixed, new Array(10).fill(0.1));
    checkParams(mixed, good);
    assert.throws(() => checkParams(mixed, { ...good, rate: 1 }), /params\.rate: got 1/);
    assert.throws(() => checkParams(mixed, { ...good, even: 3 }), /params\.even.*steps of 3/);
    assert.throws(() => checkParams(mixed, { ...good, extra: 3 }), /params\.extra/);
    assert.throws(() => checkParams(mixed, { ...good, op: 'dense' }), /params\.kernel.*condition/);
    assert.ok(!contains(mixed, { ...good, blocks: 6, bits: 32 }));
  });

  it('types the parameters for the compiler', () => {
    const space = defineSpace({ width: integer(1, 4), act: categorical(['relu', 'tanh']) }, { allowed: (p) => p.width * 2 > 2 });
    const typed: { width: number; act: 'relu' | 'tanh' } | undefined = space.paramsType;
    assert.equal(typed, undefined);
  });
});

describe('space: encoding', () => {
  const point = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 });

  it('decode then encode then decode gives the same parameters, bit for bit', () => {
    fc.assert(
      fc.property(point, (x) => {
        const params = decode(mixed, x);
        const code = encode(mixed, params);
        assert.ok(code.every((c) => c >= 0 && c <= 1));
        assert.deepEqual(decode(mixed, code), params);
        assert.deepEqual(encode(mixed, decode(mixed, code)), code);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps real ranges of any scale', () => {
    const range = fc.tuple(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.double({ min: 1e-9, max: 1e12, noNaN: true }));
    fc.assert(
      fc.property(range, fc.double({ min: 0, max: 1, noNaN: true }), ([low, width], x) => {
        fc.pre(low + width > low);
        const space = defineSpace({ x: real(low, low + width) });
        const params = decode(space, [x]);
        assert.deepEqual(decode(space, encode(space, params)), params);
        assert.ok((params.x as number) >= low && (params.x as number) <= low + width);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a logarithmic range of eight decades', () => {
    const space = defineSpace({ x: real(1e-6, 1e2, { log: true }) });
    const rng = createRng(3);
    for (let i = 0; i < 2000; i++) {
      const params = sample(space, rng);
      assert.deepEqual(decode(space, encode(space, params)), params);
    }
  });

  it('reaches every level, evenly', () => {
    const space = defineSpace({ n: integer(1, 4), c: categorical(['a', 'b', 'c']) });
    const rng = createRng(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const k = key(sample(space, rng));
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    assert.equal(counts.size, 12);
    for (const count of counts.values()) assert.ok(Math.abs(count - 500) < 110, `${count}`);
  });

  it('puts an absent parameter in the middle and leaves it out again', () => {
    const params = decode(mixed, [0, 0, 0, 0, 0, 0, 0.9, 0.1, 0, 0]);
    assert.ok(!('kernel' in params));
    assert.equal(encode(mixed, params)[7], 0.5);
  });

  it('says what each column is', () => {
    const kinds = columns(mixed).map((column) => `${column.kind}:${column.levels}`);
    assert.deepEqual(kinds.slice(0, 4), ['continuous:Infinity', 'continuous:Infinity', 'ordered:6', 'ordered:61']);
    assert.deepEqual(kinds.slice(4), ['ordered:11', 'ordered:3', 'categorical:2', 'ordered:3', 'categorical:2', 'categorical:1']);
  });

  it('keys do not depend on order and tell types apart', () => {
    assert.equal(key({ a: 1, b: 2 }), key({ b: 2, a: 1 }));
    assert.notEqual(key({ a: 1 }), key({ a: '1' }));
    assert.notEqual(key({ a: true }), key({ a: 'true' }));
  });
});

describe('space: points', () => {
  const finite = defineSpace(
    { op: categorical(['conv', 'pool']), kernel: when((p) => p.op === 'conv', ordinal([3, 5])), n: integer(1, 3) },
    { allowed: (p) => !(p.op === 'pool' && p.n === 3) },
  );

  it('enumerates each allowed point once', () => {
    const all: Params[] = [...enumerate(finite)];
    assert.equal(all.length, 2 * 3 + 2);
    assert.equal(new Set(all.map(key)).size, all.length);
    assert.equal(cardinality(finite), all.length);
    for (const params of all) checkParams(finite, params);
    assert.equal(cardinality(mixed), Infinity);
    assert.throws(() => [...enumerate(mixed)], /rate/);
  });

  it('samples inside, even where little is allowed', () => {
    const rare = defineSpace({ a: integer(1, 900), b: integer(1, 900) }, { allowed: (p) => p.a === 7 && p.b === 9 });
    assert.deepEqual(sample(rare, createRng(1)), { a: 7, b: 9 });
    const none = defineSpace({ a: integer(1, 9) }, { allowed: () => false });
    assert.throws(() => sample(none, createRng(1)), /space\.allowed/);
    const rng = createRng(5);
    for (let i = 0; i < 300; i++) checkParams(mixed, sample(mixed, rng));
    assert.equal(sample(mixed, rng, { blocks: 2 }).blocks, 2);
  });

  it('the same seed draws the same points', () => {
    assert.deepEqual(sample(mixed, createRng('a')), sample(mixed, createRng('a')));
    assert.notDeepEqual(sample(mixed, createRng('a')), sample(mixed, createRng('b')));
  });

  it('neighbours differ in one step and are reached both ways', () => {
    for (const params of enumerate(finite)) {
      const around = neighbours(finite, params);
      for (const other of around) {
        checkParams(finite, other);
        assert.notEqual(key(other), key(params));
      }
      const keys = around.map(key);
      if (params.op === 'conv' && params.n === 2) {
        assert.ok(keys.includes(key({ ...params, n: 1 })) && keys.includes(key({ ...params, n: 3 })));
        assert.ok(keys.includes(key({ op: 'pool', n: 2 })));
      }
    }
  });
});
