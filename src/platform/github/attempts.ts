import type { GitHubClient } from '../../github/types.ts';
import type { Platform, RunContext } from '../types.ts';
import { type ArtifactUploads, listArtifacts } from './artifacts.ts';

const pages = 5;

/**
 * Attempts of a pull request, one artifact each, made by the job that judged; as many as artifacts are kept. Code of a
 * run could make more of them, which leaves less of α to all that come after.
 */
export function createAttempts(
  client: GitHubClient,
  uploads: ArtifactUploads,
  context: () => Promise<Pick<RunContext, 'pullRequest'>>,
): Pick<Platform, 'attempts' | 'keepAttempt'> {
  const nameOf = async (model: string): Promise<string | null> => {
    const { pullRequest } = await context();
    return pullRequest === null ? null : `trainyard-attempt-${pullRequest}-${model}`;
  };
  return {
    async attempts(model) {
      const name = await nameOf(model);
      if (name === null) return 0;
      const listed = await listArtifacts(client, { name }, pages);
      return listed.filter((artifact) => artifact.name === name && artifact.own).length;
    },

    async keepAttempt(model) {
      const name = await nameOf(model);
      if (name !== null)
        await uploads.upload(name, [{ path: 'attempt.json', text: `${JSON.stringify({ model })}\n` }]);
    },
  };
}
