const { abs, round } = Math;

/** Numbers are rounded to 12 decimals before they are compared, so that 0.90 − 0.88 is a tie with 0.02. */
export function tidy(value: number): number {
  // Doubles from 10,000 up are coarser than 12 decimals.
  return abs(value) < 1e4 ? round(value * 1e12) / 1e12 : value;
}
