import { check, clamp } from '../../../base';
import { extremes } from './observer';

/**
 * Counts in equal bins over a range that doubles when a value falls outside: bins are merged in pairs, so that no
 * value has to be kept. Zero is always a bin edge.
 */
export class Histogram {
  counts: Float64Array;
  /** Width of a bin; bin i covers [(first + i) · width, (first + i + 1) · width). */
  width = 0;
  first = 0;
  total = 0;
  min = Infinity;
  max = -Infinity;

  constructor(private readonly bins = 4096) {
    this.counts = new Float64Array(bins);
  }

  add(values: Float32Array): void {
    const { min, max } = extremes(values);
    if (!(min <= max)) return;
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    this.cover();
    const inverse = 1 / this.width;
    for (let i = 0; i < values.length; i++) {
      const bin = Math.floor(values[i] * inverse) - this.first;
      this.counts[bin < 0 ? 0 : bin >= this.bins ? this.bins - 1 : bin]++;
    }
    this.total += values.length;
  }

  /** Centre of a bin. */
  centre(bin: number): number {
    return (this.first + bin + 0.5) * this.width;
  }

  /** Makes bins that hold [min, max]. */
  private cover(): void {
    check(
      Number.isFinite(this.min) && Number.isFinite(this.max),
      'activations',
      [this.min, this.max],
      'finite numbers',
    );
    if (this.width === 0) {
      const extent = Math.max(0, this.max) - Math.min(0, this.min) || 1;
      this.width = (1.01 * extent) / (this.bins - 2);
      this.first = Math.floor(Math.min(0, this.min) / this.width);
    }
    while (!this.holds()) {
      const old = this.counts;
      const oldFirst = this.first;
      this.width *= 2;
      this.first = Math.floor(Math.min(0, this.min) / this.width);
      this.counts = new Float64Array(this.bins);
      for (let i = 0; i < old.length; i++) {
        const bin = Math.floor((oldFirst + i) / 2) - this.first;
        if (old[i] > 0) this.counts[clamp(bin, 0, this.bins - 1)] += old[i];
      }
    }
  }

  private holds(): boolean {
    return this.min >= this.first * this.width && this.max <= (this.first + this.bins) * this.width;
  }
}
