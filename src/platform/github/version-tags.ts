import { inRounds } from '../../github/rounds.ts';
import { ensureAnnotatedTag } from '../../github/tags.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { VersionTags } from '../version-tags.ts';

/** Tags of the repository, by the API. A request that got no answer is looked up before it is sent again. */
export function createGitHubVersionTags(runtime: Runtime, client: GitHubClient): VersionTags {
  return {
    ensure: (tag) => inRounds(runtime, () => ensureAnnotatedTag(client, tag)),
  };
}
