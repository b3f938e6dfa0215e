import { ConfigError, formatPlace, type Place } from '../core/errors.ts';

/** One thing that is wrong in a file a user writes. */
export interface Problem {
  place: Place;
  /** A sentence: what is wrong. */
  message: string;
  expected?: string;
  hint?: string;
}

/** Line and column of a JSON pointer in a file: of the value, or of the key that leads to it. */
export type Locate = (pointer: string, part?: 'key' | 'value') => Place;

const mostListed = 20;
const longestQuoted = 80;

/**
 * Throws a ConfigError when there are problems: one as it is, several as one message that lists them in the order
 * of the file (at most 20), with the place of the first.
 */
export function refuse(problems: readonly Problem[]): void {
  const sorted = [...problems].sort(byPlace);
  const [first] = sorted;
  if (first === undefined) return;
  const { place, message, expected, hint } = first;
  if (sorted.length === 1) {
    throw new ConfigError(message, {
      place,
      ...(expected !== undefined && { expected }),
      ...(hint !== undefined && { hint }),
    });
  }
  const listed = sorted.slice(0, mostListed).map((problem) => `  ${oneLine(problem)}`);
  const more = sorted.length - listed.length;
  const lines = more > 0 ? [...listed, `  … and ${more} more`] : listed;
  throw new ConfigError(`There are ${sorted.length} problems in ${place.file}:\n${lines.join('\n')}`, {
    place,
  });
}

function byPlace(a: Problem, b: Problem): number {
  return (a.place.line ?? 0) - (b.place.line ?? 0) || (a.place.column ?? 0) - (b.place.column ?? 0);
}

function oneLine({ place, message, expected, hint }: Problem): string {
  const parts = [message, expected === undefined ? '' : `Expected: ${expected}.`, hint ?? ''];
  return `${formatPlace(place)}: ${parts.filter((part) => part !== '').join(' ')}`;
}

/** Text from a file in quotes for a message: on one line, cut at 80 characters, nothing invisible. */
export function quoted(text: string): string {
  const cut = text.length > longestQuoted ? `${text.slice(0, longestQuoted - 1)}…` : text;
  const visible = JSON.stringify(cut).replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
  return visible;
}

/** A JSON pointer extended by one step. */
export function step(pointer: string, key: string | number): string {
  return `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The steps of a JSON pointer. */
export function steps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}
