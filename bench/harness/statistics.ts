/** Figures from samples. */

/** The p-th percentile (0 to 1) by nearest rank; the values need not be sorted. NaN without values. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * How much a curve still grows in its second half: the mean of the last quarter over the mean of the second quarter. 1 = flat.
 * The first quarter is left out, since everything grows while it warms up.
 */
export function growth(values: readonly number[]): number {
  const quarter = Math.max(1, Math.floor(values.length / 4));
  const second = Math.min(quarter, values.length - 1);
  return mean(values.slice(-quarter)) / mean(values.slice(second, second + quarter));
}
