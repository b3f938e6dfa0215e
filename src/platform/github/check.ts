import { inRounds } from '../../github/rounds.ts';
import { at, type Call, type GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { CheckRequest, Written } from '../types.ts';
import { annotationBatches, outputOf } from './check-output.ts';

interface CheckAnswer {
  id: number;
  name: string;
  external_id: string | null;
  status: string;
  conclusion: string | null;
  completed_at: string | null;
  html_url: string | null;
  output: {
    title: string | null;
    summary: string | null;
    text: string | null;
    annotations_count: number;
  };
}

type Fields = Record<string, unknown>;

/** Checks are read to be written: a token that could only read them would be of no use. */
const writing = 'checks: write';

/**
 * Makes sure that the commit has this check: found by name and external id, created, updated, or left when it is equal.
 * Two requests, and one more per 50 annotations beyond the first 50. GitHub can add annotations to a check and take none
 * away: as many as an existing check has are taken for sent. Of several alike the newest counts, as it does for GitHub; a
 * check that is opened anew after it was completed (a re-run) is a new one, without the annotations of the old. Opening
 * a check ends those that other runs left open: they were killed, or will say themselves how they ended.
 */
export async function ensureCheck(
  runtime: Runtime,
  client: GitHubClient,
  headSha: string,
  request: CheckRequest,
  detailsUrl: string,
): Promise<Written> {
  const round = async () => {
    const known = await checksOf(client, headSha, request.name);
    const alike = known.filter(({ external_id }) => external_id === request.externalId);
    if (request.status !== 'completed') await closeAbandoned(client, known, request);
    const newest = alike.sort((a, b) => b.id - a.id)[0];
    const reopened = request.status !== 'completed' && newest?.status === 'completed';
    if (newest && !reopened) return updated(client, newest, request, detailsUrl);
    return created(client, headSha, request, detailsUrl);
  };
  return inRounds(runtime, round);
}

/** When the newest check of that name and id on a commit was completed; `null` when it is not, or there is none. One request. */
export async function completedCheck(
  client: GitHubClient,
  { headSha, name, externalId }: { headSha: string; name: string; externalId: string },
): Promise<string | null> {
  const known = await checksOf(client, headSha, name);
  const alike = known.filter(({ external_id }) => external_id === externalId);
  const newest = alike.sort((a, b) => b.id - a.id)[0];
  return newest?.status === 'completed' ? (newest.completed_at ?? '') : null;
}

/** How the checks of that name and id on a commit ended. One request. */
export async function conclusionsOf(
  client: GitHubClient,
  { headSha, name, externalId }: { headSha: string; name: string; externalId: string },
): Promise<(string | null)[]> {
  const known = await checksOf(client, headSha, name);
  return known.filter(({ external_id }) => external_id === externalId).map(({ conclusion }) => conclusion);
}

async function closeAbandoned(
  client: GitHubClient,
  known: readonly CheckAnswer[],
  { externalId }: CheckRequest,
): Promise<void> {
  const title = 'Ended without a verdict';
  const summary = 'The run that opened this check ended without closing it; a later run judges.';
  for (const { id, status, external_id } of known) {
    if (status === 'completed' || external_id === externalId) continue;
    const body = { status: 'completed', conclusion: 'cancelled', output: { title, summary } };
    await client.rest({ ...patching(client, id, body), fresh: true });
  }
}

async function checksOf(client: GitHubClient, headSha: string, name: string): Promise<CheckAnswer[]> {
  const path = at`/repos/${client.owner}/${client.repo}/commits/${headSha}/check-runs`;
  const query = { check_name: name, filter: 'all', per_page: 100 };
  const found: CheckAnswer[] = [];
  const pages = client.pages<CheckAnswer, { check_runs: CheckAnswer[] }>(
    { method: 'GET', path, query, needs: writing },
    (page) => page.check_runs,
    10,
  );
  for await (const check of pages) if (check.name === name) found.push(check);
  return found;
}

async function created(
  client: GitHubClient,
  headSha: string,
  request: CheckRequest,
  detailsUrl: string,
): Promise<Written> {
  const [first = [], ...rest] = annotationBatches(request.annotations);
  const path = at`/repos/${client.owner}/${client.repo}/check-runs`;
  const fixed = { name: request.name, head_sha: headSha, external_id: request.externalId };
  const body = { ...fixed, ...fieldsOf(request, detailsUrl, first) };
  const { data } = await client.rest<CheckAnswer>({ method: 'POST', path, body, needs: writing });
  await addAnnotations(client, data.id, request, rest);
  return { result: 'created', url: data.html_url ?? detailsUrl };
}

async function updated(
  client: GitHubClient,
  check: CheckAnswer,
  request: CheckRequest,
  detailsUrl: string,
): Promise<Written> {
  const fresh = request.annotations.slice(check.output.annotations_count);
  const url = check.html_url ?? detailsUrl;
  if (fresh.length === 0 && shows(check, request)) return { result: 'unchanged', url };
  const [first = [], ...rest] = annotationBatches(fresh);
  await patch(client, check.id, fieldsOf(request, detailsUrl, first));
  await addAnnotations(client, check.id, request, rest);
  return { result: 'updated', url };
}

/** Whether the check says already what is asked for. */
function shows({ status, conclusion, output }: CheckAnswer, request: CheckRequest): boolean {
  const wanted = outputOf(request);
  return (
    status === request.status &&
    conclusion === request.conclusion &&
    (output.title ?? '') === wanted.title &&
    (output.summary ?? '') === wanted.summary &&
    (output.text ?? '') === wanted.text
  );
}

async function addAnnotations(
  client: GitHubClient,
  id: number,
  request: CheckRequest,
  batches: readonly object[][],
): Promise<void> {
  const { title, summary, text } = outputOf(request);
  for (const annotations of batches)
    await patch(client, id, { output: { title, summary, text, annotations } });
}

async function patch(client: GitHubClient, id: number, body: Fields): Promise<void> {
  const { output } = body as { output?: object };
  const once = output !== undefined && 'annotations' in output;
  await client.rest({ ...patching(client, id, body), once });
}

function patching({ owner, repo }: GitHubClient, id: number, body: Fields): Call {
  return { method: 'PATCH', path: at`/repos/${owner}/${repo}/check-runs/${id}`, body, needs: writing };
}

/** GitHub sets a check to completed by itself when it gets a conclusion; one that is open must not have any. */
function fieldsOf(request: CheckRequest, detailsUrl: string, annotations: readonly object[]): Fields {
  const { status, conclusion } = request;
  return {
    status,
    ...(status === 'completed' && conclusion !== null && { conclusion }),
    details_url: detailsUrl,
    output: { ...outputOf(request), ...(annotations.length > 0 && { annotations }) },
  };
}
