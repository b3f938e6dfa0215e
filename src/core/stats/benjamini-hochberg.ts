/**
 * Chances adjusted so that of those called at most a share of α is called wrongly, in the order given: sorted upwards
 * the i-th of m times m / i, at most what those after it come to. Y. Benjamini and Y. Hochberg, Controlling the false
 * discovery rate (1995).
 */
export function benjaminiHochberg(chances: readonly number[]): number[] {
  const m = chances.length;
  const order = [...chances.keys()].sort((a, b) => (chances[b] as number) - (chances[a] as number));
  const adjusted = new Array<number>(m);
  let least = 1;
  for (const [behind, at] of order.entries()) {
    least = Math.min(least, ((chances[at] as number) * m) / (m - behind));
    adjusted[at] = least;
  }
  return adjusted;
}
