import type { Rng } from '../../src/base';
import type { Graph, Op } from '../../src/deploy';

/** Two 1×1 convolutions and a dense layer, a share of their weights left, on 6 × 4 positions of 7 channels or on one. */
export function sparseGraph(
  rng: Rng,
  boundary: 'int8' | 'uint8',
  { density, encoded = true, units = 9, height = 6, width = 4 }: { density: number; encoded?: boolean; units?: number; height?: number; width?: number },
): Graph {
  const channels = 7;
  const shapes = [[height, width, channels], [height, width, units], [height, width, 5], [1, 1, height * width * 5], [1, 1, units]] as const;
  const tensors = shapes.map((shape, i) => ({ name: `t${i}`, shape, scale: 0.05, zeroPoint: rng.integer(-128, 127) }));
  tensors[3] = { ...tensors[3], zeroPoint: tensors[2].zeroPoint };
  const weighted = (size: number, rows: number) => {
    const weightZeroPoint = boundary === 'int8' ? 0 : rng.integer(-128, 127);
    return {
      weights: Int8Array.from({ length: rows * size }, (_, i) => {
        // One row of each layer has no weight left, one has all.
        const row = Math.floor(i / size);
        const keep = row === 1 && density < 1 ? false : row === 2 && units < 50 ? true : rng.next() < density;
        return keep ? rng.integer(-127, 127) : weightZeroPoint;
      }),
      weightZeroPoint,
      bias: Int32Array.from({ length: rows }, () => rng.integer(-20000, 20000)),
      multipliers: Int32Array.from({ length: rows }, () => rng.integer(2 ** 30, 2 ** 31 - 1)),
      shifts: Int32Array.from({ length: rows }, () => rng.integer(-9, -5)),
      min: -120,
      max: 127,
      ...(encoded ? { encoding: 'sparse' as const } : {}),
    };
  };
  const one = { kernel: [1, 1], strides: [1, 1], padding: [0, 0, 0, 0] } as const;
  const ops: Op[] = [
    { kind: 'conv2d', name: 'pointwise', inputs: [0], output: 1, ...one, ...weighted(channels, units) },
    { kind: 'conv2d', name: 'narrow', inputs: [1], output: 2, ...one, ...weighted(units, 5) },
    { kind: 'reshape', name: 'flatten', inputs: [2], output: 3 },
    { kind: 'fullyConnected', name: 'dense', inputs: [3], output: 4, ...weighted(height * width * 5, units) },
  ];
  return { name: 'sparse', tensors, ops, input: 0, output: 4, boundary };
}
