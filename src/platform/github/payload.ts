import { ConfigError } from '../../core/errors.ts';
import { isSha } from '../../git/names.ts';

/** A payload is read by path, every part of it is checked: it is the event's text, not ours. */
export interface Payload {
  text(path: string): string | null;
  sha(path: string): string | null;
  number(path: string): number | null;
  /** Whether it is `true`. */
  flag(path: string): boolean;
  /** Like the others, but what is not there is a ConfigError naming it. */
  needSha(path: string): string;
  needNumber(path: string): number;
}

export function payloadOf(event: string, value: Readonly<Record<string, unknown>>): Payload {
  const find = (path: string): unknown =>
    path.split('.').reduce<unknown>((at, key) => {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
      return (at as Record<string, unknown>)[key];
    }, value);
  const text = (path: string) => {
    const found = find(path);
    return typeof found === 'string' ? found : null;
  };
  const sha = (path: string) => {
    const found = text(path);
    return found !== null && isSha(found) && !/^0+$/.test(found) ? found : null;
  };
  const number = (path: string) => {
    const found = find(path);
    return typeof found === 'number' && Number.isSafeInteger(found) && found > 0 ? found : null;
  };
  const need = <T>(found: T | null, path: string, what: string): T => {
    if (found !== null) return found;
    throw new ConfigError(`The payload of the event "${event}" has no ${path}.`, {
      expected: `${what} there, as GitHub sends it`,
      hint: 'Run the workflow on an event of GitHub, not on a payload made by hand.',
    });
  };
  return {
    text,
    sha,
    number,
    flag: (path) => find(path) === true,
    needSha: (path) => need(sha(path), path, 'a commit id'),
    needNumber: (path) => need(number(path), path, 'a number'),
  };
}
