/** Product of numbers, such as the number of values in an array of this shape; 1 of none. */
export function product(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a * b, 1);
}
