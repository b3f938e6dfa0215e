const LANES = [0, 1, 2, 3];

/**
 * A seed of 128 bits as 32 hex digits from texts, the same on every platform: MurmurHash3 x86_32 (Austin Appleby,
 * 2011) of the UTF-8 bytes under the seeds 0 to 3. Each text goes in with its length, so that `['ab', 'c']` and
 * `['a', 'bc']` differ. Spreads well, keeps no secret: not a cryptographic hash.
 */
export function seedFrom(parts: readonly string[]): string {
  const bytes = new TextEncoder().encode(parts.map((part) => `${part.length}:${part}`).join(''));
  return LANES.map((lane) => murmur3(bytes, lane).toString(16).padStart(8, '0')).join('');
}

/** MurmurHash3 x86_32 of bytes under a 32-bit seed; an unsigned 32-bit number. */
export function murmur3(bytes: Uint8Array, seed: number): number {
  const whole = bytes.length - (bytes.length % 4);
  let hash = seed;
  for (let at = 0; at < whole; at += 4) {
    hash ^= scramble(littleEndian(bytes, at, 4));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= scramble(littleEndian(bytes, whole, bytes.length - whole));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let word = 0;
  for (let i = 0; i < count; i++) word |= (bytes[at + i] as number) << (8 * i);
  return word;
}

function scramble(word: number): number {
  const product = Math.imul(word, 0xcc9e2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593);
}
