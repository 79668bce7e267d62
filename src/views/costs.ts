import type { Kernel, Latency, LatencyModel, PredictedCost, Split } from '../deploy';
import type { ElfSection } from '../emulate';
import type { KnownCosts, MeasuredCost } from '../experiment';
import { addRenderer, table, titled, type Rich } from '../notebook';
import { facts, grouped, is, listOf } from './parts';

/** Nothing but numbers, as costs are; a plan or a firmware is more. */
const areNumbers = (value: object): boolean => Object.values(value).every((one) => one === undefined || typeof one === 'number');
const isPredicted = is<PredictedCost>({ macs: 'number', romBytes: 'number', ramBytes: 'number', arenaBytes: 'number' }, areNumbers);
const isKnown = is<KnownCosts>({ parameters: 'number', macs: 'number', rom: 'number', ram: 'number' }, areNumbers);
const isLatency = is<Latency>({ cost: 'number', unit: 'string', cycles: 'number', seconds: 'number' });
const isMeasured = is<MeasuredCost>({ cost: 'number', unit: 'string', stackBytes: 'number' });
const isLatencyModel = is<LatencyModel>({ unit: 'string', kernels: 'object' }, ({ kernels }) => Object.values(kernels).every(Array.isArray));
const isKernel = is<Kernel>({ name: 'string', kinds: 'array', prepare: 'function' });
const isSplit = is<Split>({ until: 'number', grid: 'array', graph: 'object', arenaBytes: 'number' });
const isSections = is<{ readonly sections: readonly ElfSection[] }>({ sections: 'array', segments: 'array' });

const bytes = (value: number): string => `${grouped(value)} B`;
const scaled = (value: number | undefined, factor: number, unit: string): string | undefined =>
  value === undefined ? undefined : `${Number((value * factor).toPrecision(4))} ${unit}`;

const kernelRows = (kernels: readonly Kernel[]): object[] =>
  kernels.map(({ name, kinds, sets }) => ({ kernel: name, operations: kinds, cores: sets ?? 'all' }));

function latencyView({ cost, unit, cycles, seconds, joules }: Latency): Rich {
  const counted = unit === 'cycles' ? {} : { [unit]: grouped(cost) };
  return titled('Predicted latency', facts({ ...counted, cycles: grouped(cycles), time: scaled(seconds, 1e3, 'ms'), energy: scaled(joules, 1e6, 'µJ') }));
}

/** Makes predicted, known and measured costs, and what they are predicted by, show themselves. */
export function registerCosts(): void {
  addRenderer(isPredicted, ({ macs, romBytes, ramBytes, arenaBytes, seconds, joules }) =>
    titled('Predicted cost of an inference', facts({ MACs: grouped(macs), flash: bytes(romBytes), RAM: bytes(ramBytes), 'of it arena': bytes(arenaBytes), time: scaled(seconds, 1e3, 'ms'), energy: scaled(joules, 1e6, 'µJ') })));
  addRenderer(isKnown, ({ parameters, macs, rom, ram, latency, energy }) =>
    titled('Known before training', facts({ parameters: grouped(parameters), MACs: grouped(macs), ROM: bytes(rom), RAM: bytes(ram), latency: scaled(latency, 1, 'ms'), energy: scaled(energy, 1e3, 'µJ') })));
  addRenderer(isMeasured, ({ cost, unit, stackBytes }) => titled('Measured on the emulator', facts({ [unit]: grouped(cost), stack: bytes(stackBytes) })));
  addRenderer(isLatency, latencyView);
  addRenderer(isLatencyModel, ({ unit, kernels }) =>
    titled(`Latency model of a core, in ${unit}`, table(Object.entries(kernels).map(([kernel, coefficients]) => ({ kernel, 'a call, and each of its features': coefficients })))));
  addRenderer(listOf(isKernel), (kernels) => table(kernelRows(kernels)));
  addRenderer(isKernel, (kernel) => titled('Kernel of a board', table(kernelRows([kernel]))));
  addRenderer(listOf(isSplit), (splits) => table(splits.map(({ until, grid, arenaBytes, ramBytes, romBytes }) =>
    ({ 'last op split': until, patches: grid.join(' × '), 'arena, B': arenaBytes, 'RAM, B': ramBytes, 'flash, B': romBytes }))));
  addRenderer(isSections, ({ sections }) =>
    table(sections.map(({ name, address, size, hasContent }) => ({ section: name, address: `0x${address.toString(16).padStart(8, '0')}`, 'size, B': size, 'in the file': hasContent ? 'yes' : 'no' }))));
}
