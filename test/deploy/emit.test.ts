import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { createRng } from '../../src/base';
import { boards, compileFlags, elements, emit, interpret, kernelSetOf, plan, runtimeFiles, type Graph } from '../../src/deploy';
import { identifier, commentText, uniqueIdentifiers } from '../../src/deploy/emit/names';
import { build, findCommand, hostRunner, runProcess, writeFirmware } from '../../src/emulate';
import { temporaryFolder } from '../support/folder';
import { randomBytes, randomGraph } from '../support/random-graph';
import { skip } from '../support/skip';

const HOSTILE = [
  '*/ #include "/etc/passwd"', '/*', '// \\', 'a\\\nb', '"quoted"', "it's", 'while', '??/', '*/*/', 'ünïcödé ✓', '', '   ', '0x', '__x__',
  '\u0000', '/\u200b*', '%s%n', '{{model}}', 'x; system("rm")', 'main', 'run', 'softmax', 'startup', 'counter', 'semihosting', 'stdint', 'paretino', 'PARETINO_H',
  'a'.repeat(500), '?/?*', '*\u00e9/',
];

/** A graph with one hostile name everywhere that a name can be. */
function named(name: string, boundary: 'int8' | 'uint8' = 'int8'): Graph {
  const graph = randomGraph(createRng(3), 4, boundary);
  return {
    ...graph,
    name,
    tensors: graph.tensors.map((tensor) => ({ ...tensor, name })),
    ops: graph.ops.map((op) => ({ ...op, name })),
  };
}

/** C with its comments taken out; throws where one is left open. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, ' ');
}

describe('deploy/emit', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  it('turns any text into an identifier, and any list into different ones', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE)), { maxLength: 20 }), (texts) => {
        const names = uniqueIdentifiers(texts);
        for (const name of [...names, ...texts.map(identifier)]) assert.match(name, /^[A-Za-z][A-Za-z0-9_]*$/);
        assert.equal(new Set(names.map((name) => name.toLowerCase())).size, texts.length);
      }),
    );
  });

  it('keeps comments closed whatever stands in them', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE), fc.stringMatching(/^[*/\\?é a]*$/)), (text) => {
        const comment = `/* ${commentText(text)} */`;
        assert.equal(comment.indexOf('*/'), comment.length - 2, comment);
        assert.doesNotMatch(comment.slice(2), /\/\*|\\|\?\?|[^\x20-\x7e]/);
      }),
      { numRuns: 2000 },
    );
  });

  it('lets no hostile name reach the C outside of comments and identifiers', () => {
    const plain = emit(named('plain'), plan(named('plain'), boards.nano33), boards.nano33);
    for (const name of HOSTILE) {
      const graph = named(name);
      const files = emit(graph, plan(graph, boards.nano33), boards.nano33);
      assert.equal(files.size, plain.size, `${JSON.stringify(name)} takes another file's name`);
      const model = [...files.keys()][0].replace(/\.h$/, '');
      for (const [path, text] of files) {
        assert.match(path, /^[A-Za-z][\w.-]*$/);
        if (path === 'Makefile') continue;
        const twin = plain.get(path.replace(model, 'plain')) ?? plain.get(path);
        assert.ok(twin !== undefined, path);
        const shape = (code: string, own: string): string =>
          withoutComments(code).replace(new RegExp(`\\b(${own}|${own.toUpperCase()})(?=[_.])`, 'g'), 'M').replace(/\b\w+?_op(_\w+)?\b/g, 'OP').replace(/\s+/g, ' ');
        assert.equal(shape(text, model), shape(twin, 'plain'), `${JSON.stringify(name)} in ${path}`);
      }
    }
  });

  it('hostile names compile and run', async function () {
    if (hostRunner.missing()) skip(this, hostRunner.missing());
    for (const name of ['*/ #include "/etc/passwd"\n#error', 'main', 'run', 'while', '??/\n"']) {
      const graph = named(name);
      const size = graph.tensors[graph.input].shape.reduce((a, b) => a * b);
      const firmware = await build(graph, boards.host, `${folder.path}/${identifier(name)}`);
      const input = randomBytes(createRng(1), size);
      const { outputs } = await hostRunner.run(firmware, [input]);
      assert.deepEqual(outputs[0], interpret(graph, input));
    }
  });

  // A board of each core: others of it compile with the same flags.
  const ofEachCore = Object.values(boards).filter(({ core }, i, all) => all.findIndex((other) => other.core === core) === i);
  for (const board of ofEachCore) {
    it(`${board.core}: compiles as C99 and as C++ without a warning: every kernel, and a network of each type`, async function () {
      const c = findCommand(board.compilers);
      const cpp = board.core === 'host' ? findCommand(['g++', 'clang++']) : findCommand(board.compilers.map((name) => name.replace(/gcc$/, 'g++')));
      if (!c || !cpp) skip(this, `no ${c ? 'C++ compiler beside it' : board.compilers.join(' or ')}`);
      const at = join(folder.path, board.name);
      for (const boundary of ['int8', 'uint8'] as const) {
        const graph = named(boundary, boundary);
        writeFirmware(emit(graph, plan(graph, board), board), at);
      }
      const runtime = runtimeFiles(kernelSetOf(board));
      const all = [join(at, 'int8.c'), join(at, 'uint8.c'), ...[...runtime.values()].filter((path) => path.endsWith('.c'))];
      assert.ok(all.length > 10);
      const strict = ['-Wall', '-Wextra', '-Werror', '-Wconversion', '-pedantic'];
      // Compiled whole and as the board does, not -fsyntax-only: some warnings come from the optimiser alone.
      const own = compileFlags(board, c).filter((flag) => !flag.startsWith('-std'));
      const include = [...new Set([at, ...[...runtime.values()].map(dirname)])].flatMap((path) => ['-I', path]);
      for (const [compiler, language] of [[cpp, ['-x', 'c++', '-std=c++11']], [c, ['-std=c99']]] as const) {
        const { code, stderr } = await runProcess(compiler, [...language, ...own, ...strict, ...include, '-c', ...all], { cwd: at });
        assert.equal(code, 0, stderr.slice(0, 2000));
      }
    });
  }

  it('lists the sizes of a model as macros of its header', () => {
    const graph = named('small', 'uint8');
    const memory = plan(graph, boards.pico);
    const header = emit(graph, memory, boards.pico).get('small.h') as string;
    const sizes = [...header.matchAll(/^#define SMALL_(\w+_SIZE) (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]);
    const [input, output] = [graph.input, graph.output].map((id) => elements(graph.tensors[id].shape));
    assert.deepEqual(Object.fromEntries(sizes), {
      INPUT_SIZE: input, OUTPUT_SIZE: output, ARENA_SIZE: memory.arenaBytes, CONSTANTS_SIZE: memory.constantBytes,
    });
  });

  it('writes what it is asked and nothing of other operators', () => {
    const graph = named('small');
    const memory = plan(graph, boards.nano33);
    const sources = [...emit(graph, memory, boards.nano33).keys()].filter((path) => path.endsWith('.c'));
    const kernels = new Set<string>(memory.kernels);
    const others = [...runtimeFiles('dsp').keys()].filter((name) => name.endsWith('.c') && name !== 'run.c' && !kernels.has(name.slice(0, -2)));
    assert.ok(others.length > 0);
    for (const name of others) assert.ok(!sources.includes(name), `${name} is not used`);
  });
});
