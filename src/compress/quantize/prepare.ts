import { check } from '../../base';
import type { Architecture, Layer, Network } from '../../nn';
import { foldBatchNorm, foldedArchitecture } from './fold-batch-norm';

/** Dropout does nothing at inference: its readers read what it read. */
function withoutDropout(layers: readonly Layer[]): readonly Layer[] {
  if (!layers.some(({ kind }) => kind === 'dropout')) return layers;
  const source = new Map<string, string>();
  const kept: Layer[] = [];
  for (const layer of layers) {
    const inputs = layer.inputs.map((input) => source.get(input) ?? input);
    if (layer.kind === 'dropout') source.set(layer.name, inputs[0]);
    else kept.push({ ...layer, inputs });
  }
  return kept;
}

/** Joins of three and more inputs become chains of two: a sum on the device has two operands. */
function withBinaryJoins(layers: readonly Layer[]): readonly Layer[] {
  const isLong = ({ kind, inputs }: Layer): boolean => (kind === 'add' || kind === 'multiply') && inputs.length > 2;
  if (!layers.some(isLong)) return layers;
  return layers.flatMap((layer): Layer[] => {
    if ((layer.kind !== 'add' && layer.kind !== 'multiply') || !isLong(layer)) return [layer];
    const chain: Layer[] = [];
    let left = layer.inputs[0];
    layer.inputs.slice(1).forEach((right, i) => {
      const isLast = i === layer.inputs.length - 2;
      const name = isLast ? layer.name : `${layer.name}_partial${i + 1}`;
      chain.push({ kind: layer.kind, name, inputs: [left, right] });
      left = name;
    });
    return chain;
  });
}

const rewritten = (architecture: Architecture): Architecture => ({
  name: architecture.name,
  layers: withBinaryJoins(withoutDropout(architecture.layers)),
});

/** What is quantised: batch norm folded, dropout dropped, joins of two inputs. Doing it twice changes nothing. */
export function preparedArchitecture(architecture: Architecture): Architecture {
  // Dropout goes first: one between a convolution and its batch norm must not hinder the folding.
  return foldedArchitecture(rewritten(architecture));
}

/** preparedArchitecture with the weights that go with it. */
export function prepareNetwork(network: Network): Network {
  check(network?.architecture && network.weights, 'network', network, 'a network: { architecture, weights }, as nn.networkOf gives');
  const { architecture, weights } = network;
  return foldBatchNorm({ architecture: rewritten(architecture), weights });
}
