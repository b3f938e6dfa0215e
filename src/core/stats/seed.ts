const LANES = 4;
const BLOCK_BYTES = 65_536;
const encoder = new TextEncoder();

/**
 * A seed of 128 bits as 32 hex digits from texts, the same on every platform: MurmurHash3 x86_32 (Austin Appleby,
 * 2011) of the UTF-8 bytes under the seeds 0 to 3. Each text goes in with its length, so that `['ab', 'c']` and
 * `['a', 'bc']` differ. Spreads well, keeps no secret: not a cryptographic hash.
 */
export function seedFrom(parts: readonly string[]): string {
  const seed = createSeed();
  for (const part of parts) seed.add(framed(part));
  return seed.digest();
}

/** What `seedFrom` hashes of one text: its length in UTF-16 units, a colon and the text. */
export function framed(part: string): Uint8Array {
  return encoder.encode(`${part.length}:${part}`);
}

/** `seedFrom` of framed texts that are too many to hold at once. */
export interface SeedStream {
  add(bytes: Uint8Array): void;
  digest(): string;
}

export function createSeed(): SeedStream {
  const lanes = Uint32Array.from({ length: LANES }, (_, lane) => lane);
  const block = new Uint8Array(BLOCK_BYTES);
  let held = 0;
  let total = 0;
  return {
    add(bytes) {
      total += bytes.length;
      if (held + bytes.length < BLOCK_BYTES) {
        for (let at = 0; at < bytes.length; at += 1) block[held + at] = bytes[at] as number;
        held += bytes.length;
        return;
      }
      for (let from = 0; from < bytes.length; ) {
        const part = bytes.subarray(from, from + BLOCK_BYTES - held);
        block.set(part, held);
        held += part.length;
        from += part.length;
        if (held < BLOCK_BYTES) return;
        mixWords(lanes, block, held);
        held = 0;
      }
    },
    digest() {
      mixWords(lanes, block, held);
      const rest = scramble(littleEndian(block, held - (held % 4), held % 4));
      return Array.from(lanes, (hash) =>
        finished(hash ^ rest, total)
          .toString(16)
          .padStart(8, '0'),
      ).join('');
    },
  };
}

/** MurmurHash3 x86_32 of bytes under a 32-bit seed; an unsigned 32-bit number. */
export function murmur3(bytes: Uint8Array, seed: number): number {
  const lane = Uint32Array.of(seed);
  mixWords(lane, bytes, bytes.length);
  const whole = bytes.length - (bytes.length % 4);
  return finished(
    (lane[0] as number) ^ scramble(littleEndian(bytes, whole, bytes.length - whole)),
    bytes.length,
  );
}

/** Takes the whole words among the first `length` bytes into each lane. */
function mixWords(lanes: Uint32Array, bytes: Uint8Array, length: number): void {
  for (let at = 0; at + 4 <= length; at += 4) {
    const word = scramble(littleEndian(bytes, at, 4));
    for (let lane = 0; lane < lanes.length; lane += 1) {
      const hash = (lanes[lane] as number) ^ word;
      lanes[lane] = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
    }
  }
}

function finished(mixed: number, length: number): number {
  let hash = mixed ^ length;
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
