import { PruningContext, type ChannelGroup, type PrunedNetwork, type QuantizedModel, type TrainedQuantized } from '../compress';
import { countLayers, fromLayersModel, type Architecture, type Evaluation, type History, type Network } from '../nn';
import { addRenderer, table, titled, type Rich } from '../notebook';
import { confusionMatrix, learningCurves, pruningByLayer } from '../plot';
import { facts, grouped, is, isMapOf, listOf, percent, times } from './parts';

const isArchitecture = is<Architecture>({ name: 'string', layers: 'array' }, ({ layers }) => layers[0]?.kind === 'input');
const isNetwork = is<Network>({ architecture: 'object', weights: 'map' });
const isQuantized = is<QuantizedModel>({ scheme: 'string', operations: 'array', tensors: 'map' });
const isHistory = is<History>({ rows: 'array', stoppedBy: 'string', epoch: 'number' });
const isTrainedQuantized = is<TrainedQuantized>({ network: 'object', ranges: 'map', model: 'object', history: 'object' });
const isPruned = is<PrunedNetwork>({ network: 'object', masks: 'map', layers: 'array', parametersBefore: 'number', parametersAfter: 'number' });
/** Of a float network, or of an integer graph, which has no loss. */
type AnyEvaluation = Pick<Evaluation, 'accuracy' | 'confusion' | 'predictions'> & Partial<Evaluation>;
const isEvaluation = is<AnyEvaluation>({ accuracy: 'number', confusion: 'array', predictions: 'object' });
const isGroups = listOf(is<ChannelGroup>({ producers: 'array', consumers: 'array', size: 'number' }));
const isRanges = isMapOf(is<{ readonly min: number; readonly max: number }>({ min: 'number', max: 'number' }));

/** As much of a tf.LayersModel as is read here. */
interface Model {
  readonly name: string;
  summary(lineLength?: number, positions?: number[], print?: (line: string) => void): void;
}
const isModel = is<Model>({ name: 'string', layers: 'array', inputs: 'array', outputs: 'array', summary: 'function' });

/** Layers, shapes, parameters and MACs. */
export function architectureView(architecture: Architecture): Rich {
  const layers = countLayers(architecture);
  const sum = (count: 'parameters' | 'macs'): number => layers.reduce((all, layer) => all + layer[count], 0);
  const rows = layers.map(({ name, kind, outputShape, parameters, macs }) => ({ layer: name, kind, output: times(outputShape), parameters, macs }));
  return titled(`${architecture.name}: ${grouped(sum('parameters'))} parameters, ${grouped(sum('macs'))} MACs`, table(rows));
}

function quantizedView(model: QuantizedModel): Rich {
  const rows = model.operations.map((operation) => {
    const weights = 'weights' in operation ? operation.weights : undefined;
    return { operation: operation.name, kind: operation.kind, output: times(model.tensors.get(operation.output)!.shape), 'weights, B': weights?.data.length };
  });
  return titled(`${model.name}, ${model.scheme}`, table(rows));
}

/** A tf.LayersModel: its layers as the toolkit reads them; one that it cannot read, in TensorFlow.js's own words. */
function modelView(model: Model): unknown {
  try {
    return architectureView(fromLayersModel(model as unknown as Parameters<typeof fromLayersModel>[0]));
  } catch (error) {
    const lines: string[] = [];
    model.summary(undefined, undefined, (line) => lines.push(line));
    return titled(`${model.name}: ${(error as Error).message}`, lines.join('\n'));
  }
}

function historyView({ rows, stoppedBy, epoch }: History): Rich {
  const curve = (name: string, key: 'loss' | 'valLoss') => ({
    name,
    points: rows.flatMap((row): [number, number][] => (row[key] === undefined ? [] : [[row.epoch, row[key]]])),
  });
  const curves = [curve('training', 'loss'), curve('validation', 'valLoss')].filter(({ points }) => points.length > 0);
  const figure = rows.length > 1 ? [learningCurves(curves, { width: 420, height: 280, x: 'epoch', y: 'loss' })] : [];
  return titled(`Training, ended after epoch ${epoch} by ${stoppedBy}`, table(rows), ...figure);
}

function prunedView({ layers, parametersBefore, parametersAfter, network }: PrunedNetwork): Rich {
  const title = `${network.architecture.name}, pruned: ${grouped(parametersAfter)} of ${grouped(parametersBefore)} parameters`;
  const bars = layers.map(({ layer, size, kept }) => ({ name: layer, before: size, after: kept }));
  return titled(title, ...(bars.length > 0 ? [pruningByLayer(bars, { unit: 'units' })] : []));
}

function evaluationView({ accuracy, loss, confusion, predictions }: AnyEvaluation): Rich {
  const about = facts({ accuracy: percent(accuracy), 'cross-entropy': loss?.toPrecision(4), samples: grouped(predictions.length) });
  return titled('Evaluation', about, confusionMatrix(confusion, confusion.map((_, k) => `class ${k}`), { width: 420, height: 340 }));
}

function groupsView(groups: readonly ChannelGroup[]): Rich {
  const names = (members: ChannelGroup['producers']): string => members.map(({ layer }) => layer).join(', ');
  return table(groups.map(({ name, size, producers, carriers, consumers }) =>
    ({ group: name, channels: size, 'made by': names(producers), 'passed on by': names(carriers), 'read by': names(consumers) })));
}

export function registerNetworks(): void {
  addRenderer(isHistory, historyView);
  addRenderer(isQuantized, quantizedView);
  addRenderer(isRanges, (ranges) => table([...ranges].map(([tensor, { min, max }]) => ({ tensor, min, max }))));
  addRenderer(isArchitecture, architectureView);
  addRenderer(isModel, modelView);
  addRenderer(isNetwork, ({ architecture }) => architectureView(architecture));
  addRenderer(isPruned, prunedView);
  addRenderer(isTrainedQuantized, ({ model, history }) => titled('Trained with rounding', model, history));
  addRenderer((value): value is PruningContext => value instanceof PruningContext, ({ network }) =>
    titled('What a pruning heuristic looks at', architectureView(network.architecture)));
  addRenderer(isEvaluation, evaluationView);
  addRenderer(isGroups, groupsView);
}
