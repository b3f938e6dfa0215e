/** What the training seeds of one side add to the draws of a contrast. */
export interface SeedSpread {
  /** How many there are. */
  seeds: number;
  variance: number;
}

/**
 * What seeds add, from the contrast with each of them left out in turn: a draw of k adds cₛ = dₛ (k − 1) / k each time
 * that seed s comes, dₛ what leaving it out takes away, so that Σ cₛ² is its variance.
 */
export function seedSpread(estimate: number, leftOut: readonly number[]): SeedSpread {
  const seeds = leftOut.length;
  let variance = 0;
  for (const value of leftOut) {
    const share = ((estimate - value) * (seeds - 1)) / seeds;
    variance += share * share;
  }
  return { seeds, variance };
}

/**
 * Degrees of freedom of a variance to which few seeds add and many rows: variance² / Σ (side's variance² / (k − 1)),
 * the rows' own part taken as known (Satterthwaite 1946). Infinite where seeds do not differ.
 */
export function freedomOf(variance: number, sides: readonly SeedSpread[]): number {
  const uncertain = sides.reduce((sum, side) => sum + side.variance ** 2 / (side.seeds - 1), 0);
  return uncertain > 0 ? variance ** 2 / uncertain : Number.POSITIVE_INFINITY;
}
