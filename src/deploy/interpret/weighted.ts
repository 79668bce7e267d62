import { clamp, multiplyByQuantizedMultiplier, multiplyRoundingOnce } from '../fixed-point';
import type { Conv2d, DepthwiseConv2d, FullyConnected, Tensor, WeightedOp } from '../graph';

function requantized(op: WeightedOp, channel: number, sum: number, zeroPoint: number): number {
  const multiply = op.kind === 'fullyConnected' ? multiplyRoundingOnce : multiplyByQuantizedMultiplier;
  const scaled = multiply(sum, op.multipliers[channel], op.shifts[channel]);
  return clamp(scaled + zeroPoint, op.min, op.max);
}

export function conv2d(op: Conv2d, from: Tensor, to: Tensor, x: Int8Array, y: Int8Array): void {
  const [height, width, channels] = from.shape;
  const [outHeight, outWidth, filters] = to.shape;
  const [kernelHeight, kernelWidth] = op.kernel;
  const [top, , left] = op.padding;
  const { weights, weightZeroPoint } = op;
  const inputZero = from.zeroPoint;
  for (let row = 0, at = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      for (let filter = 0; filter < filters; filter++, at++) {
        let sum = op.bias[filter];
        for (let i = 0; i < kernelHeight; i++) {
          const inRow = row * op.strides[0] - top + i;
          if (inRow < 0 || inRow >= height) continue;
          for (let j = 0; j < kernelWidth; j++) {
            const inColumn = column * op.strides[1] - left + j;
            if (inColumn < 0 || inColumn >= width) continue;
            let source = (inRow * width + inColumn) * channels;
            let weight = ((filter * kernelHeight + i) * kernelWidth + j) * channels;
            for (const end = source + channels; source < end; source++, weight++) {
              sum += (x[source] - inputZero) * (weights[weight] - weightZeroPoint);
            }
          }
        }
        y[at] = requantized(op, filter, sum | 0, to.zeroPoint);
      }
    }
  }
}

export function depthwiseConv2d(op: DepthwiseConv2d, from: Tensor, to: Tensor, x: Int8Array, y: Int8Array): void {
  const [height, width, channels] = from.shape;
  const [outHeight, outWidth, outChannels] = to.shape;
  const [kernelHeight, kernelWidth] = op.kernel;
  const [top, , left] = op.padding;
  for (let row = 0, at = 0; row < outHeight; row++) {
    for (let column = 0; column < outWidth; column++) {
      for (let channel = 0; channel < outChannels; channel++, at++) {
        const inChannel = Math.floor(channel / op.depthMultiplier);
        let sum = op.bias[channel];
        for (let i = 0; i < kernelHeight; i++) {
          const inRow = row * op.strides[0] - top + i;
          if (inRow < 0 || inRow >= height) continue;
          for (let j = 0; j < kernelWidth; j++) {
            const inColumn = column * op.strides[1] - left + j;
            if (inColumn < 0 || inColumn >= width) continue;
            const value = x[(inRow * width + inColumn) * channels + inChannel] - from.zeroPoint;
            sum += value * (op.weights[(i * kernelWidth + j) * outChannels + channel] - op.weightZeroPoint);
          }
        }
        y[at] = requantized(op, channel, sum | 0, to.zeroPoint);
      }
    }
  }
}

export function fullyConnected(op: FullyConnected, from: Tensor, to: Tensor, x: Int8Array, y: Int8Array): void {
  const n = x.length;
  for (let unit = 0; unit < y.length; unit++) {
    let sum = op.bias[unit];
    for (let i = 0; i < n; i++) {
      sum += (x[i] - from.zeroPoint) * (op.weights[unit * n + i] - op.weightZeroPoint);
    }
    y[unit] = requantized(op, unit, sum | 0, to.zeroPoint);
  }
}
