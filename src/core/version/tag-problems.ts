import { ConfigError } from '../errors.ts';

/** A tag that only names a commit. */
export function notAnnotated(tag: string): ConfigError {
  return new ConfigError(
    `The tag ${tag} is not annotated, so it says neither when nor by whom it was made.`,
    {
      expected: 'an annotated tag, which GTO reads too, or none',
      hint: `Make it again: git push --delete origin '${tag}'; git tag --force --annotate --message '${tag}' '${tag}' '${tag}^{}'; git push origin '${tag}'.`,
    },
  );
}

/** A version tag that is on another commit than the one released. */
export function elsewhere(tag: string, found: string, wanted: string): ConfigError {
  return new ConfigError(
    `The tag ${tag} is on ${found.slice(0, 7)}, and ${wanted.slice(0, 7)} is to be released.`,
    {
      expected: 'a version that is not taken',
      hint: 'Take the next version: a tag that was public is never moved.',
    },
  );
}
