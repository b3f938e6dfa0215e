/**
 * Chances adjusted for being several, in the order given: sorted upwards the i-th of m counts m − i + 1 times, at
 * least as much as those before it, at most 1. S. Holm, A simple sequentially rejective multiple test procedure (1979).
 */
export function holm(chances: readonly number[]): number[] {
  const order = [...chances.keys()].sort((a, b) => (chances[a] as number) - (chances[b] as number));
  const adjusted = new Array<number>(chances.length);
  let most = 0;
  for (const [rank, at] of order.entries()) {
    most = Math.max(most, Math.min(1, (chances.length - rank) * (chances[at] as number)));
    adjusted[at] = most;
  }
  return adjusted;
}
