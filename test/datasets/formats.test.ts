import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DataError } from '../../src/base';
import { parseIdx } from '../../src/datasets/formats/idx';
import { parseTable } from '../../src/datasets/formats/table';
import { parseUea } from '../../src/datasets/formats/uea';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('tables of numbers', () => {
  it('reads numbers as JavaScript does, to 1e-15 of their value', () => {
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), fc.integer(), fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }));
    fc.assert(fc.property(fc.array(fc.tuple(number, number), { minLength: 1 }), (rows) => {
      const text = rows.map((row) => row.join(',')).join('\n');
      const { values } = parseTable(bytes(text), { file: 'f', columns: ['number', 'number'] });
      rows.flat().forEach((wanted, i) => assert.ok(Math.abs(values[i] - wanted) <= 1e-15 * Math.abs(wanted) + 1e-300, `${wanted} read as ${values[i]}`));
    }));
  });

  it('reads signs, exponents, blanks, CRLF, a byte-order mark and a last line without its end', () => {
    const { values, rows } = parseTable(bytes('\ufeff +1 ,-2.5e-3\r\n\r\n.5,6.E2'), { file: 'f', columns: ['number', 'number'] });
    assert.equal(rows, 2);
    assert.deepEqual([...values], [1, -0.0025, 0.5, 600]);
  });

  it('reads columns between blanks, names, skipped columns and NaN', () => {
    const { values } = parseTable(bytes('  1  b x\n\t-2.0000000e+00\ta nan\n'), { file: 'f', separator: ' ', columns: ['number', { categories: ['a', 'b'] }, 'skip'] });
    assert.deepEqual([...values], [1, 1, -2, 0]);
    assert.ok(Number.isNaN(parseTable(bytes('NaN'), { file: 'f', columns: ['number'], allowNaN: true }).values[0]));
  });

  for (const [text, wanted] of [
    ['1,2\n3\n', /f, line 2: 1 columns, wanted 2/],
    ['1,2\n3,4,5\n', /f, line 2: 3 columns, wanted 2/],
    ['1,2\n\n3,4x\n', /f, line 3, column 2: "4x", wanted a number/],
    ['1,\n', /f, line 1, column 2: "", wanted a number/],
    ['1,1.2.3\n', /"1\.2\.3"/],
    ['1,nan\n', /"nan"/],
    ['1,1e\n', /"1e"/],
    ['1,-\n', /"-"/],
  ] as const) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseTable(bytes(text), { file: 'f', columns: ['number', 'number'] }), (error: Error) => error instanceof DataError && wanted.test(error.message));
    });
  }

  it('refuses a wrong header, an unknown name, and a whole number out of range', () => {
    assert.throws(() => parseTable(bytes('a,c\n1,2\n'), { file: 'f', columns: ['number', 'number'], header: ['a', 'b'] }), /header is "a,c", wanted "a,b"/);
    assert.throws(() => parseTable(bytes('z\n'), { file: 'f', columns: [{ categories: ['a', 'b'] }] }), /"z", wanted one of a, b/);
    assert.throws(() => parseTable(bytes('14\n'), { file: 'f', columns: [{ from: 1, to: 13 }] }), /line 1, column 1: "14", wanted a whole number from 1 to 13/);
    assert.throws(() => parseTable(bytes('1.5\n'), { file: 'f', columns: [{ from: 1, to: 13 }] }), /whole number/);
  });
});

describe('idx files', () => {
  const idx = (magic: number, shape: number[], data: number[]): Uint8Array => {
    const head = Buffer.alloc(4 + 4 * shape.length);
    head.writeUInt32BE(magic);
    shape.forEach((size, d) => head.writeUInt32BE(size, 4 + 4 * d));
    return Buffer.concat([head, Uint8Array.from(data)]);
  };

  it('reads shape and data', () => {
    const { shape, data } = parseIdx(idx(0x803, [2, 1, 2], [1, 2, 3, 4]), 'f', 3);
    assert.deepEqual(shape, [2, 1, 2]);
    assert.deepEqual([...data], [1, 2, 3, 4]);
  });

  it('refuses another magic number, a cut-off file and one that is too long', () => {
    assert.throws(() => parseIdx(idx(0x801, [2], [1, 2]), 'labels', 3), /labels, byte 0: magic number 2049, wanted 2051/);
    assert.throws(() => parseIdx(idx(0x801, [3], [1, 2]), 'f', 1), /10 bytes, wanted 11 for 3 values/);
    assert.throws(() => parseIdx(idx(0x801, [1], [1, 2]), 'f', 1), /10 bytes, wanted 9/);
    assert.throws(() => parseIdx(Uint8Array.of(0, 0), 'f', 1), /only 2 bytes/);
    assert.throws(() => parseIdx(Uint8Array.of(0, 0, 8, 3, 0), 'f', 3), /only 5 bytes/);
  });
});

describe('.ts files of the UEA archive', () => {
  const head = '# about\n@problemName X\n@classLabel true a b\n@data\n';

  it('reads dimensions as channels', () => {
    const series = parseUea(`${head}1,2:3,4:a\n5,6:7,8:b\n`, 'f');
    assert.deepEqual([...series.values], [1, 3, 2, 4, 5, 7, 6, 8]);
    assert.deepEqual([...series.y], [0, 1]);
    assert.deepEqual([series.length, series.dimensions], [2, 2]);
  });

  it('names the line of what is wrong', () => {
    assert.throws(() => parseUea(`${head}1,2:3,4:c\n`, 'f'), /f, line 5: class "c", wanted one of a, b/);
    assert.throws(() => parseUea(`${head}1,2:3,4:a\n1,2:3:a\n`, 'f'), /line 6: dimension 2 has 1 values, wanted 2/);
    assert.throws(() => parseUea(`${head}1,?:3,4:a\n`, 'f'), /line 5: "\?"/);
    assert.throws(() => parseUea(head, 'f'), /no series/);
    assert.throws(() => parseUea('1:a', 'f'), /no @data/);
  });
});
