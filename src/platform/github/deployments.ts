import { oneLine } from '../../github/failures.ts';
import { at, type GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { DeploymentRecord } from '../../schema/deployment.types.ts';
import { conclusionOf, type Deployments } from '../deployments.ts';
import { deploymentCheckName } from '../names.ts';
import type { CheckRequest, Ensured } from '../types.ts';
import { ensureCheck } from './check.ts';
import { ensureDeploymentComment } from './deployment-comment.ts';
import {
  deploymentsSince,
  idOf,
  type ListedDeployment,
  lastGoodShown,
  needs,
  newestStatus,
  type Status,
  shownAsLive,
  statusesOf,
} from './listed-deployments.ts';
import type { Runner } from './runner.ts';

/** Longest description that GitHub takes. */
const longestDescription = 140;

type StatusState = 'in_progress' | 'pending' | 'success' | 'failure' | 'error' | 'inactive';

/** GitHub's word for a state; `failure` is a verdict on the version, `error` is none. */
const states: Readonly<Record<DeploymentRecord['state'], StatusState>> = {
  running: 'in_progress',
  held: 'pending',
  succeeded: 'success',
  failed: 'error',
  'rolled-back': 'failure',
  aborted: 'error',
};

/**
 * Deployments as GitHub shows them, told apart by the id in their payload. `auto_inactive` would overlook production: what
 * was live before is made inactive here. A record whose commit GitHub does not know hangs on `sha`. What this process has
 * seen and said it does not ask again.
 */
export function createGitHubDeployments(
  runtime: Runtime,
  client: GitHubClient,
  { sha, runUrl }: Pick<Runner, 'sha' | 'runUrl'>,
): Deployments {
  const { owner, repo } = client;

  const create = async (record: DeploymentRecord): Promise<ListedDeployment> => {
    const { id, environment, model, kind, candidate, from } = record;
    const path = at`/repos/${owner}/${repo}/deployments`;
    const body = {
      ...{ ref: candidate.commit ?? sha, task: kind, environment, auto_merge: false, required_contexts: [] },
      payload: {
        ...{ schema: 'trainyard/deployment', id, model },
        ...{ version: candidate.version, digest: candidate.digest, from: from?.version ?? null },
      },
      description: cut(`${model} ${candidate.version}`),
      production_environment: environment === 'production',
    };
    return (await client.rest<ListedDeployment>({ method: 'POST', path, body, needs })).data;
  };

  const known = new Map<string, ListedDeployment>();
  const told = new Map<number, Status | undefined>();

  const find = async (record: DeploymentRecord): Promise<ListedDeployment | undefined> => {
    if (!known.has(record.id))
      for await (const listed of deploymentsSince(client, record)) known.set(idOf(listed) ?? '', listed);
    return known.get(record.id);
  };

  const say = async (
    shown: ListedDeployment,
    status: Status,
    more: Record<string, string>,
  ): Promise<boolean> => {
    const { id } = shown;
    const newest = told.has(id) ? told.get(id) : await newestStatus(client, shown);
    if (newest?.state === status.state && newest.description === status.description) return false;
    const body = { ...status, ...more, auto_inactive: false };
    told.delete(id);
    await client.rest({ method: 'POST', path: statusesOf(client, shown), body, needs });
    told.set(id, status);
    return true;
  };

  const replace = async ({ id: own, environment, model, from, candidate }: DeploymentRecord) => {
    const about = { environment, model, own, from: from?.deployment ?? null };
    const description = cut(`replaced by ${candidate.version}`);
    for await (const before of shownAsLive(client, about)) {
      told.set(before.id, undefined);
      await say(before, { state: 'inactive', description }, {});
    }
  };

  return {
    async ensure(record, environmentUrl) {
      const before = await find(record);
      const shown = before ?? (await create(record));
      if (before === undefined) {
        known.set(record.id, shown);
        told.set(shown.id, undefined);
      }
      const more = {
        ...(record.by.url !== null && { log_url: record.by.url }),
        ...(environmentUrl !== null && { environment_url: environmentUrl }),
      };
      const said = await say(shown, { state: states[record.state], description: described(record) }, more);
      if (record.state === 'succeeded') await replace(record);
      const result: Ensured = before === undefined ? 'created' : said ? 'updated' : 'unchanged';
      return { result, url: at`/${owner}/${repo}/deployments` };
    },
    ensureCheck({ record, reason, timeline }) {
      const { id, environment, model, candidate, by } = record;
      const headSha = candidate.commit ?? sha;
      const request: CheckRequest = {
        ...{ name: deploymentCheckName(environment, model), headSha, externalId: id },
        ...{ status: 'completed', conclusion: conclusionOf(record) },
        ...{ title: oneLine(reason), summary: timeline, text: '', annotations: [] },
      };
      return ensureCheck(runtime, client, headSha, request, by.url ?? runUrl);
    },
    ensureComment: (notice, issue) => ensureDeploymentComment(runtime, client, notice, issue),
    lastGood: (of) => lastGoodShown(client, of),
  };
}

function described({ model, candidate, state, reason, journal }: DeploymentRecord): string {
  const last = journal.at(-1);
  const step = last === undefined ? '' : ` at ${last.step}${last.weight === null ? '' : ` ${last.weight} %`}`;
  const where = state === 'running' || state === 'held' ? step : '';
  return cut(`${model} ${candidate.version} ${state}${where}${reason === null ? '' : `: ${reason}`}`);
}

function cut(said: string): string {
  const text = oneLine(said);
  return text.length <= longestDescription ? text : `${text.slice(0, longestDescription - 1)}…`;
}
