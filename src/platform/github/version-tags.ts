import { parseArtifactTag } from '../../core/version/tag.ts';
import { ensureAnnotatedTag, tagsFrom } from '../../github/tags.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { VersionTags } from '../version-tags.ts';

/** Tags of the repository, by the API. */
export function createGitHubVersionTags(client: GitHubClient): VersionTags {
  return {
    async ofModel(model) {
      return (await tagsFrom(client, model)).filter((tag) => parseArtifactTag(tag)?.artifact === model);
    },
    ensure: (tag) => ensureAnnotatedTag(client, tag),
  };
}
