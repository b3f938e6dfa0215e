/** Numbers of a release tag `vX.Y.Z`; `null` for any other, a pre-release included. */
export function versionOf(tag: string): readonly number[] | null {
  const match = /^v(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(tag);
  return match ? match.slice(1).map(Number) : null;
}

/** Orders versions, lowest first. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
