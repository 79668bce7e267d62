import { ArgumentError, DataError, product } from '../base';
import type { Architecture, Network, Weights } from './architecture';
import { readBlobFile, writeBlobFile } from './blob-file';
import { allWeightShapes, type WeightRole } from './layouts';

/** Weights as one map of arrays, named 'layer/role'. */
export function flatWeights(weights: Weights): Map<string, Float32Array> {
  const arrays = new Map<string, Float32Array>();
  for (const [layer, roles] of weights) {
    for (const [role, values] of Object.entries(roles)) arrays.set(`${layer}/${role}`, values);
  }
  return arrays;
}

/** The inverse of flatWeights, checked against the architecture. */
export function nestedWeights(architecture: Architecture, arrays: ReadonlyMap<string, Float32Array>): Weights {
  const weights = new Map<string, Record<string, Float32Array>>();
  for (const [layer, roles] of allWeightShapes(architecture)) {
    const own: Record<string, Float32Array> = {};
    for (const [role, shape] of Object.entries(roles) as [WeightRole, number[]][]) {
      const values = arrays.get(`${layer}/${role}`);
      const size = product(shape);
      if (values?.length !== size) throw new ArgumentError(`weights of '${layer}', ${role}`, values?.length, `${size} numbers`);
      own[role] = values;
    }
    weights.set(layer, own);
  }
  return weights;
}

interface NetworkHeader {
  readonly kind: 'network';
  readonly architecture: Architecture;
}

/** Writes architecture and weights into one file, whole or not at all. */
export function saveNetwork(network: Network, path: string): void {
  const header: NetworkHeader = { kind: 'network', architecture: network.architecture };
  writeBlobFile(path, { header, arrays: flatWeights(network.weights) });
}

/** Reads what saveNetwork wrote. @throws DataError naming the file and the place. */
export function loadNetwork(path: string): Network {
  const { header, arrays } = readBlobFile<NetworkHeader>(path);
  if (header.kind !== 'network') throw new DataError(path, 'header', 'holds no network');
  try {
    return { architecture: header.architecture, weights: nestedWeights(header.architecture, arrays) };
  } catch (error) {
    throw new DataError(path, undefined, (error as Error).message);
  }
}
