import { ConfigError } from '../../core/errors.ts';
import type { GitHubClient } from '../../github/types.ts';
import { requireVerdictKey } from '../names.ts';
import type { Platform } from '../types.ts';
import { type ArtifactUploads, listArtifacts, readArtifact, readRun } from './artifacts.ts';
import type { Runner } from './runner.ts';

type Verdicts = Pick<Platform, 'standingVerdict' | 'keepVerdict'>;

const file = 'verdict.json';

/** Artifacts of that name looked at: a proposal could make many. */
const tried = 10;

/**
 * Verdicts by key, each an artifact of the run that judged first. Only runs of our workflow in our repository count, the
 * oldest stands: a fork's run may call its artifacts what it likes. Kept as long as artifacts are.
 */
export function createVerdicts(client: GitHubClient, runner: Runner, uploads: ArtifactUploads): Verdicts {
  const nameOf = (key: string) => `trainyard-verdict-${requireVerdictKey(key)}`;
  return {
    async standingVerdict(key) {
      const name = nameOf(key);
      const listed = (await listArtifacts(client, { name }, 1)).filter((artifact) => artifact.name === name);
      for (const artifact of listed.reverse().slice(0, tried)) {
        const run = artifact.runId === null ? null : await readRun(client, artifact.runId);
        const ours =
          run !== null &&
          run.headRepository === run.repository &&
          (runner.workflowPath === null || run.path === runner.workflowPath);
        const text = ours ? await readArtifact(client, artifact, file) : null;
        if (text !== null) return parsed(text, `${name}/${file}`);
      }
      return null;
    },

    async keepVerdict(key, verdict) {
      await uploads.upload(nameOf(key), [{ path: file, text: `${JSON.stringify(verdict, null, 2)}\n` }]);
    },
  };
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      place: { file: name },
      hint: 'Delete that artifact; the next run judges again.',
      cause: error,
    });
  }
}
