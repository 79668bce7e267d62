/** Zeros [before, after] that padding 'same' puts along one axis; the odd one goes after (TensorFlow's rule). */
export function samePadding(size: number, window: number, stride: number): [before: number, after: number] {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + window - size);
  return [total >> 1, total - (total >> 1)];
}
