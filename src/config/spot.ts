import type { Place } from '../core/errors.ts';
import { parseDuration } from './duration.ts';
import { type Problem, quoted, step } from './problems.ts';
import type { YamlTree } from './yaml.ts';

/** A place in the file, and the list that what is wrong there goes to. */
export interface Spot {
  at: string;
  tree: YamlTree;
  problems: Problem[];
}

/** The place some keys further in. */
export function inside({ at, tree, problems }: Spot, ...keys: (string | number)[]): Spot {
  return { at: keys.reduce<string>(step, at), tree, problems };
}

/** Line and column. */
export function placeOf({ at, tree }: Spot): Place {
  return tree.locate(at);
}

/** Says what is wrong at a place. */
export function complain(spot: Spot, message: string, expected: string): void {
  spot.problems.push({ place: placeOf(spot), message, expected });
}

/** Seconds of the duration at a place; `without` when there is none. */
export function secondsOf(spot: Spot, value: string | number | undefined, without: number): number {
  if (value === undefined) return without;
  const seconds = value === 0 ? 0 : parseDuration(value);
  if (seconds === null)
    complain(spot, `${quoted(String(value))} is no duration.`, 'a duration such as `90s`, `10m` or `1h30m`');
  return seconds ?? without;
}

/** The one of these keys that the section at a place has; `null` when it has none or several. */
export function onlyOne<K extends string>(
  spot: Spot,
  section: Readonly<Partial<Record<K, unknown>>>,
  keys: readonly K[],
  what: string,
): K | null {
  const there = keys.filter((key) => section[key] !== undefined);
  if (there.length === 1) return there[0] as K;
  const listed = keys.map(quoted).join(', ');
  const both = there.slice(0, 2).map(quoted).join(' and ');
  complain(
    spot,
    there.length === 0 ? `${what} has none of ${listed}.` : `${what} has both ${both}.`,
    `one of ${listed}`,
  );
  return null;
}
