import { ConfigError } from '../../core/errors.ts';
import type { GitHubClient } from '../../github/types.ts';
import { checkName, requireVerdictKey } from '../names.ts';
import type { Platform } from '../types.ts';
import {
  type Artifact,
  type ArtifactUploads,
  listArtifacts,
  readArtifact,
  readRun,
  type WorkflowRun,
} from './artifacts.ts';
import { conclusionsOf } from './check.ts';
import type { Runner } from './runner.ts';

type Verdicts = Pick<Platform, 'standingVerdict' | 'keepVerdict'>;

const file = 'verdict.json';

/** Artifacts of that name looked at, and pages of them looked through: a proposal could make many. */
const tried = 10;
const pages = 5;

/**
 * Verdicts by key, each an artifact of the run that judged first. Only runs of our workflow in our repository count, the
 * oldest stands: a fork's run may call its artifacts what it likes. The code of a run may, too, in its own run: a verdict
 * that lets something through stands only where the run's check, which that code cannot write, ended so. Kept as long as
 * artifacts are.
 */
export function createVerdicts(client: GitHubClient, runner: Runner, uploads: ArtifactUploads): Verdicts {
  const nameOf = (key: string) => `trainyard-verdict-${requireVerdictKey(key)}`;
  const verdictIn = async (artifact: Artifact, label: string): Promise<unknown> => {
    const run = artifact.runId === null ? null : await readRun(client, artifact.runId);
    if (run === null || !isOurs(run, runner)) return null;
    const text = await readArtifact(client, artifact, file);
    const verdict = text === null ? null : parsed(text, label);
    return verdict !== null && (await isBorneOut(client, run, verdict)) ? verdict : null;
  };
  return {
    async standingVerdict(key) {
      const name = nameOf(key);
      const listed = await ownNamed(client, name);
      for (const artifact of listed.reverse().slice(0, tried)) {
        const verdict = await verdictIn(artifact, `${name}/${file}`);
        if (verdict !== null) return verdict;
      }
      return null;
    },

    async keepVerdict(key, verdict) {
      await uploads.upload(nameOf(key), [{ path: file, text: `${JSON.stringify(verdict, null, 2)}\n` }]);
    },
  };
}

async function ownNamed(client: GitHubClient, name: string): Promise<Artifact[]> {
  const listed = await listArtifacts(client, { name }, pages);
  return listed.filter((artifact) => artifact.name === name && artifact.own);
}

function isOurs({ path, repository, headRepository }: WorkflowRun, { workflowPath }: Runner): boolean {
  return headRepository === repository && (workflowPath === null || path === workflowPath);
}

/** A job that reports for another run runs nobody's code, so nothing but its own verdict is in its run. */
async function isBorneOut(client: GitHubClient, run: WorkflowRun, verdict: unknown): Promise<boolean> {
  const { conclusion, models } = verdict as { conclusion?: unknown; models?: unknown };
  if (conclusion !== 'success' && conclusion !== 'neutral') return true;
  if (run.event === 'workflow_run') return true;
  const [judged] = Array.isArray(models) ? (models as { model?: unknown }[]) : [];
  for (const name of [checkName(null), checkName(String(judged?.model))]) {
    const check = { headSha: run.headSha, name, externalId: String(run.id) };
    if ((await conclusionsOf(client, check)).includes(conclusion)) return true;
  }
  return false;
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
