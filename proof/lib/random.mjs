/** Seeded draws (mulberry32): the same seed gives the same order of everything. */
export function makeRandom(seed) {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  /** A whole number from `low` to `high`, both included. */
  const between = (low, high) => low + Math.floor(fraction() * (high - low + 1));
  const pick = (list) => list[between(0, list.length - 1)];
  return {
    fraction,
    between,
    pick,
    chance: (share) => fraction() < share,
    /** One of `[weight, value]` pairs. */
    weighted(pairs) {
      let left = fraction() * pairs.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of pairs) {
        left -= weight;
        if (left < 0) return value;
      }
      return pairs.at(-1)[1];
    },
    shuffled(list) {
      const rest = [...list];
      return list.map(() => rest.splice(between(0, rest.length - 1), 1)[0]);
    },
    /** A generator of its own, so that draws here do not move draws there. */
    fork: () => makeRandom(Math.floor(fraction() * 2 ** 32)),
  };
}
