/** A semantic version (semver.org 2.0.0); build metadata is left out, it orders nothing. */
export interface Semver {
  numbers: readonly [major: number, minor: number, patch: number];
  /** Identifiers of a pre-release; empty for a release. */
  prerelease: readonly string[];
}

const form =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** Reads `1.2.3` or `1.2.3-rc.1`, without a leading `v`; `null` for anything else. */
export function parseSemver(text: string): Semver | null {
  const [, major, minor, patch, tail] = form.exec(text) ?? [];
  if (major === undefined) return null;
  const prerelease = tail?.split('.') ?? [];
  if (prerelease.some((part) => /^0\d+$/.test(part))) return null;
  return { numbers: [Number(major), Number(minor), Number(patch)], prerelease };
}

/** Negative when `a` comes before `b`, 0 for equal precedence (semver.org, item 11). */
export function compareSemver(a: Semver, b: Semver): number {
  const at = a.numbers.findIndex((part, i) => part !== b.numbers[i]);
  if (at >= 0) return (a.numbers[at] ?? 0) - (b.numbers[at] ?? 0);
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return b.prerelease.length - a.prerelease.length;
  for (let i = 0; i < Math.min(a.prerelease.length, b.prerelease.length); i += 1) {
    const order = compareIdentifiers(a.prerelease[i] ?? '', b.prerelease[i] ?? '');
    if (order !== 0) return order;
  }
  return a.prerelease.length - b.prerelease.length;
}

/** Whether a version is below another one; what is no version is neither. */
export function isLower(version: string, other: string): boolean {
  const [one, two] = [parseSemver(version), parseSemver(other)];
  return one !== null && two !== null && compareSemver(one, two) < 0;
}

/** Numbers by value, which without leading zeros is length and then digits, and before words; words by code unit. */
function compareIdentifiers(a: string, b: string): number {
  const numeric = [a, b].map((part) => /^\d+$/.test(part));
  if (numeric[0] && numeric[1] && a.length !== b.length) return a.length - b.length;
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
