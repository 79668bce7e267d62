/** At most `most` of n samples, evenly spread over them: data sets are often sorted by class or person. */
export function spreadSamples(x: Float32Array, n: number, most: number): { x: Float32Array; n: number } {
  if (n <= most) return { x, n };
  const size = x.length / n;
  const chosen = new Float32Array(most * size);
  for (let i = 0; i < most; i++) {
    const from = Math.floor((i * n) / most) * size;
    chosen.set(x.subarray(from, from + size), i * size);
  }
  return { x: chosen, n: most };
}
