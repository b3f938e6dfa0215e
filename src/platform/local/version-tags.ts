import { elsewhere, notAnnotated } from '../../core/version/tag-problems.ts';
import type { Git } from '../../git/types.ts';
import type { VersionTags } from '../version-tags.ts';

const prefix = 'refs/tags/';

/** Tags of a clone; pushing them is for the user. */
export function createLocalVersionTags(git: Git): VersionTags {
  return {
    async ensure({ tag, sha, message }) {
      const [there] = await git.refs([`${prefix}${tag}`]);
      if (there === undefined) {
        await git.annotate(tag, sha, message);
        return 'created';
      }
      if (there.object === there.peeled) throw notAnnotated(tag);
      if (there.peeled !== sha) throw elsewhere(tag, there.peeled, sha);
      return 'unchanged';
    },
  };
}
