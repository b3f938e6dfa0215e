import type { Git } from '../../git/types.ts';
import { compareVersions, versionOf } from '../release-tag.ts';

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
