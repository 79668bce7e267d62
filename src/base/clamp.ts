/** The nearest number to `value` that is no less than `low` and no greater than `high`; NaN of NaN. */
export function clamp(value: number, low = 0, high = 1): number {
  return Math.min(high, Math.max(low, value));
}
