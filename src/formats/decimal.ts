const decoder = new TextDecoder();
const ZERO = 48;
const MINUS = 45;
/** What the point is counted from the zero. */
const POINT_DIGIT = 46 - ZERO;
/** Digits that fit a double whatever they are, and further ones that are kept beside them. */
const EXACT_DIGITS = 15;
const MOST_DIGITS = 19;
/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
/** Veltkamp's constant: splits a double into two halves of 26 bits. */
const SPLITTER = 2 ** 27 + 1;
/** Far more than what the quotient below is wrong by, far less than what decides a rounding. */
const DOUBT = 2 ** -40;

/**
 * The double nearest to a decimal number in ASCII, as `Number` gives it; NaN for everything that is no finite decimal
 * number, also hexadecimal and the empty text. Numbers of up to 19 digits with up to 22 of them behind the point are
 * found without making a text (Clinger 1990 where 15 digits are enough, else by a quotient of twice the precision after
 * Dekker 1971, unless it lies too near the middle of two doubles).
 */
export function parseDecimal(bytes: Uint8Array, from: number, to: number): number {
  const negative = bytes[from] === MINUS;
  let head = 0;
  let tail = 0;
  let digits = 0;
  let point = to;
  for (let at = negative ? from + 1 : from; at < to; at += 1) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit === POINT_DIGIT && point === to) {
      point = at;
      continue;
    }
    if (digit < 0 || digit > 9) return byNumber(bytes, from, to);
    if (digits < EXACT_DIGITS) head = head * 10 + digit;
    else tail = tail * 10 + digit;
    digits += head > 0 ? 1 : 0;
  }
  const size = scaled(head, tail, digits, to - point - 1);
  if (Number.isNaN(size)) return byNumber(bytes, from, to);
  return negative ? -size : size;
}

/** The number whose first 15 digits are `head` and whose others are `tail`, `scale` of them behind the point; NaN in doubt. */
function scaled(head: number, tail: number, digits: number, scale: number): number {
  if (digits === 0 || digits > MOST_DIGITS || scale >= POWERS.length) return Number.NaN;
  const power = scale > 0 ? (POWERS[scale] as number) : 1;
  return digits <= EXACT_DIGITS
    ? head / power
    : quotient(head, tail, POWERS[digits - EXACT_DIGITS] as number, power);
}

/** (head · shift + tail) / power, rounded once; NaN where the last bit is in doubt. */
function quotient(head: number, tail: number, shift: number, power: number): number {
  const product = head * shift;
  const low = productError(head, shift, product) + tail;
  const high = product + low;
  const rest = low - (high - product);
  const estimate = high / power;
  const back = estimate * power;
  const correction = (high - back - productError(estimate, power, back) + rest) / power;
  const value = estimate + correction * (1 + DOUBT);
  return value === estimate + correction * (1 - DOUBT) ? value : Number.NaN;
}

/** a · b − product, exactly (Dekker 1971). */
function productError(a: number, b: number, product: number): number {
  const highA = SPLITTER * a - (SPLITTER * a - a);
  const highB = SPLITTER * b - (SPLITTER * b - b);
  const lowA = a - highA;
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}

function byNumber(bytes: Uint8Array, from: number, to: number): number {
  return parseNumber(decoder.decode(bytes.subarray(from, to))) ?? Number.NaN;
}

/** A finite decimal number, else `null`: no hexadecimal, no empty text. */
export function parseNumber(text: string): number | null {
  const value = Number(text);
  if (!Number.isFinite(value) || (value === 0 && !text.includes('0'))) return null;
  return /^\s*0[xob]/i.test(text) ? null : value;
}
