import { ID_WORDS } from '../../core/compare/ids.ts';

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

/** Fractional parts of the roots of the first primes, as FIPS 180-4 §4.2.2 and §5.3.3 define the constants. */
const primes = firstPrimes(64);
const ROUND = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/** Writes the pseudonym of the id in `bytes[from … to)` into the words of `row`. */
export type Pseudonymise = (
  bytes: Uint8Array,
  from: number,
  to: number,
  ids: Uint32Array,
  row: number,
) => void;

/**
 * Pseudonyms of one model's ids: the first 128 bits of SHA-256(model, NUL, id) (FIPS 180-4). No secrecy. Written out
 * here because a call of the system's SHA-256 for each row costs three times as much as the hash itself.
 */
export function pseudonymsOf(model: string): Pseudonymise {
  const prefix = new TextEncoder().encode(`${model}\0`);
  const [state, words] = [new Int32Array(8), new Int32Array(64)];
  let message = new Uint8Array(0);
  return (bytes, from, to, ids, row) => {
    const length = prefix.length + to - from;
    const padded = Math.ceil((length + 1 + LENGTH_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
    if (message.length < padded) {
      message = new Uint8Array(padded * 2);
      message.set(prefix);
    }
    for (let at = from, end = prefix.length; at < to; at += 1, end += 1) message[end] = bytes[at] as number;
    message[length] = 0x80;
    message.fill(0, length + 1, padded);
    putBits(message, padded, length);
    state.set(START);
    for (let at = 0; at < padded; at += BLOCK_BYTES) compress(state, words, message, at);
    for (let word = 0; word < ID_WORDS; word += 1) ids[row * ID_WORDS + word] = state[word] as number;
  };
}

/** Ends the last block with the length of the message in bits. */
function putBits(message: Uint8Array, end: number, length: number): void {
  for (let at = end - 1, bits = length * 8; bits > 0; at -= 1, bits = Math.floor(bits / 256))
    message[at] = bits % 256;
}

/** FIPS 180-4 §6.2.2 for the block at `at`. */
function compress(state: Int32Array, w: Int32Array, message: Uint8Array, at: number): void {
  schedule(w, message, at);
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let t = 0; t < 64; t += 1) {
    const sum1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const sum0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + (ROUND[t] as number) + (w[t] as number)) | 0;
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0] as number) + a;
  state[1] = (state[1] as number) + b;
  state[2] = (state[2] as number) + c;
  state[3] = (state[3] as number) + d;
  state[4] = (state[4] as number) + e;
  state[5] = (state[5] as number) + f;
  state[6] = (state[6] as number) + g;
  state[7] = (state[7] as number) + h;
}

function schedule(w: Int32Array, message: Uint8Array, at: number): void {
  for (let t = 0; t < 16; t += 1) {
    const from = at + 4 * t;
    w[t] =
      ((message[from] as number) << 24) |
      ((message[from + 1] as number) << 16) |
      ((message[from + 2] as number) << 8) |
      (message[from + 3] as number);
  }
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15] as number;
    const y = w[t - 2] as number;
    const sigma0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const sigma1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (w[t - 16] as number) + sigma0 + (w[t - 7] as number) + sigma1;
  }
}

function firstPrimes(count: number): number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate += 1)
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  return found;
}

/** The first 32 bits behind the point. */
function fraction(value: number): number {
  return ((value - Math.floor(value)) * 2 ** 32) | 0;
}
