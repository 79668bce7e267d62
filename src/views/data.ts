import { describe, memoryBytes, type Dataset, type Leak, type Manifest, type Split } from '../datasets';
import { addRenderer, table, titled, type Rich } from '../notebook';
import { facts, grouped, has, is, times } from './parts';

const isDataset = is<Dataset>({ name: 'string', inputShape: 'array', classes: 'array', train: 'object', validation: 'object', test: 'object' });
const isSplit = is<Split>({ n: 'number' }, ({ x, y }) => x instanceof Float32Array && y instanceof Int32Array);
const isManifest = is<Manifest>({ name: 'string', title: 'string', licence: 'string', citation: 'string', files: 'array', markers: 'array' });
const isLeaks = (value: unknown): value is readonly Leak[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => has(one, { kind: 'string', splits: 'array', detail: 'string' }));

function datasetView(dataset: Dataset): Rich {
  const { name, inputShape, source, sampleRate, channels, notes } = dataset;
  const about = facts({ sample: times(inputShape), channels: channels?.join(', '), 'sample rate': sampleRate && `${sampleRate} Hz`, memory: `${grouped(memoryBytes(dataset))} B`, source });
  return titled(name, table(describe(dataset)), about, ...(notes?.length ? [notes.join('\n')] : []));
}

function splitView({ n, x, y, subjects }: Split): Rich {
  const people = subjects === undefined ? undefined : new Set(subjects.filter((one) => one >= 0)).size;
  return titled('Split', facts({ samples: grouped(n), 'values a sample': grouped(x.length / Math.max(1, n)), classes: new Set(y).size, people, memory: `${grouped(x.byteLength + y.byteLength)} B` }));
}

function manifestView({ title, name, home, licence, citation, format, files, manual }: Manifest): Rich {
  return titled(title, facts({ loader: name, home, licence, citation, format, files: files.map((file) => file.name).join(', ') || 'by hand', manual }));
}

export function registerData(): void {
  addRenderer(isSplit, splitView);
  addRenderer(isManifest, manifestView);
  addRenderer(isLeaks, (leaks) => table(leaks.map(({ kind, splits, detail }) => ({ kind, between: splits.join(' and '), detail }))));
  addRenderer(isDataset, datasetView);
}
