/** A number in a sentence: two significant digits of the uncertainty, else at most four of the value; U+2212 for minus. */
export function figure(value: number, spread: number | null): string {
  const size = Math.abs(value);
  const text =
    spread !== null && spread > 0 ? size.toFixed(decimalsOf(spread)) : String(Number(size.toPrecision(4)));
  return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}

function decimalsOf(spread: number): number {
  return Math.min(10, Math.max(0, 1 - Math.floor(Math.log10(spread))));
}

/** A fraction as a percentage of at most four digits. */
export function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(4))} %`;
}

/** A count with its thousands separated. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
