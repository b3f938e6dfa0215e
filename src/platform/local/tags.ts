import type { Git } from '../../git/types.ts';

const prefix = 'refs/tags/';

/** The highest release tag `vX.Y.Z` (no pre-release) that `sha` contains, with its commit. */
export async function latestReleaseTag(git: Git, sha: string): Promise<{ tag: string; sha: string } | null> {
  const releases = (await git.refs(['refs/tags'], sha))
    .map(({ name, peeled }) => ({ tag: name.slice(prefix.length), sha: peeled }))
    .map((release) => ({ ...release, version: versionOf(release.tag) }))
    .filter((release) => release.version !== null);
  const [newest] = releases.sort((a, b) => compareVersions(b.version ?? [], a.version ?? []));
  return newest ? { tag: newest.tag, sha: newest.sha } : null;
}

function versionOf(tag: string): number[] | null {
  const match = /^v(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(tag);
  return match ? match.slice(1).map(Number) : null;
}

function compareVersions(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
