// Looked up once: where modules run in a context of their own, each look-up of a global costs more than a draw.
const { imul, floor } = Math;

/** Four 32-bit words. */
export type Words = readonly [number, number, number, number];

/**
 * Philox4x32-10: a bijection of the counter for each key, whose values for 0, 1, 2, … pass as random (Salmon, Moraes,
 * Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011). Integer arithmetic only: the same everywhere.
 */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low0 = imul(0xd2511f53, c0);
    const low1 = imul(0xcd9e8d57, c2);
    [c0, c1, c2, c3] = [high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0];
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0];
}

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const carry = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle = (carry % 0x10000) + aLow * bHigh;
  return aHigh * bHigh + floor(carry / 0x10000) + floor(middle / 0x10000);
}

/** A seed as the generator takes it; from 32 hex digits, as `seedFrom` writes them. Throws a RangeError otherwise. */
export function parseSeed(hex: string): Words {
  if (!/^[0-9a-f]{32}$/i.test(hex))
    throw new RangeError(`A seed is 32 hex digits, not "${hex.slice(0, 40)}".`);
  const word = (at: number) => Number.parseInt(hex.slice(at * 8, at * 8 + 8), 16);
  return [word(0), word(1), word(2), word(3)];
}

/**
 * Draws `counts.length` numbers from 0 … counts.length − 1 with replacement and leaves in `counts` how often each
 * came. The result depends on `seed` and `index` alone: Philox at counter (index, seed's upper half) starts a
 * xoshiro128** generator (Blackman and Vigna 2018). A number is ⌊x · n / 2³²⌋ of a 32-bit x, so one number's chance
 * differs from 1/n by at most n / 2³² of itself (0.002 % at 100,000 rows). At most 2³² − 1 rows and resamples.
 * That a number comes more than 255 times, which `counts` cannot hold, has a chance below 1e-500.
 */
export function drawCounts(seed: Words, index: number, counts: Uint8Array): void {
  let [s0, s1, s2, s3] = philox([index, 0, seed[2], seed[3]], [seed[0], seed[1]]);
  if ((s0 | s1 | s2 | s3) === 0) s0 = 1;
  const n = counts.length;
  const scale = n / 0x100000000;
  counts.fill(0);
  for (let draw = 0; draw < n; draw++) {
    const five = imul(s1, 5);
    const word = imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    const row = (word * scale) >>> 0;
    counts[row] = (counts[row] as number) + 1;
  }
}

/** Numbers in [0, 1), multiples of 2⁻⁵³, of the resample that was started last. */
export interface Uniforms {
  start(index: number): void;
  next(): number;
}

/**
 * Uniform numbers that depend on `seed` and index alone: the upper 27 and 26 bits of two numbers of a xoshiro128**
 * generator, started by Philox at counter (index, 1, seed's upper half), so not where `drawCounts` starts.
 */
export function uniforms(seed: Words): Uniforms {
  const state = new Int32Array(4);
  return {
    start: (index) => state.set(philox([index, 1, seed[2], seed[3]], [seed[0], seed[1]])),
    next: () => ((advance(state) >>> 5) * 0x4000000 + (advance(state) >>> 6)) / 0x20000000000000,
  };
}

function advance(state: Int32Array): number {
  const [s0, s1, s2, s3] = [state[0] as number, state[1] as number, state[2] as number, state[3] as number];
  const five = imul(s1, 5);
  state[0] = s0 ^ s3 ^ s1;
  state[1] = s1 ^ s2 ^ s0;
  state[2] = s2 ^ s0 ^ (s1 << 9);
  const last = s3 ^ s1;
  state[3] = (last << 11) | (last >>> 21);
  return imul((five << 7) | (five >>> 25), 9);
}
