import { byId, type Call, type Handlers, repositoryOf, userOf } from './call.ts';
import { counted, listed } from './paging.ts';
import type { Annotation, CheckRun } from './records.ts';
import { invalidRequest, notFound, Refusal, unprocessable } from './refusals.ts';
import { resolveCommit } from './revisions.ts';
import { nodeId, repositoryPage, repositoryUrl, userShape } from './shapes.ts';
import { type Repository, stamp, timestamp } from './state.ts';

/** What creating and updating take alike. */
interface CheckBody {
  name?: string;
  head_sha?: string;
  status?: string;
  conclusion?: string;
  external_id?: string;
  details_url?: string;
  started_at?: string;
  completed_at?: string;
  output?: { title?: string; summary: string; text?: string; annotations?: Annotation[] };
}

const perSuite = 1000;

function appShape(call: Call, slug: string): unknown {
  const owner = { id: 9919, login: 'github', type: 'User' as const };
  return {
    id: 15368,
    slug,
    node_id: nodeId('A', slug),
    owner: userShape(call.places, owner),
    name: slug,
    description: '',
    external_url: 'https://help.github.com/en/actions',
    html_url: `${call.places.html}/apps/${slug}`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: { checks: 'write' },
    events: [],
  };
}

function checkShape(call: Call, repository: Repository, check: CheckRun): unknown {
  const url = `${repositoryUrl(call.places, repository)}/check-runs/${check.id}`;
  const page = `${repositoryPage(call.places, repository)}/runs/${check.id}`;
  const { title, summary, text } = check;
  return {
    id: check.id,
    node_id: nodeId('CR', check.id),
    head_sha: check.headSha,
    name: check.name,
    external_id: check.externalId,
    url,
    html_url: page,
    details_url: check.detailsUrl ?? page,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.started,
    completed_at: check.completed,
    output: {
      title,
      summary,
      text,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: check.suite },
    app: appShape(call, check.app),
    pull_requests: [],
  };
}

function applyBody(check: CheckRun, body: CheckBody, now: string): void {
  if (body.name !== undefined) check.name = body.name;
  if (body.external_id !== undefined) check.externalId = body.external_id;
  if (body.details_url !== undefined) check.detailsUrl = body.details_url;
  if (body.started_at !== undefined) check.started = body.started_at;
  applyState(check, body, now);
  if (body.output) {
    check.title = body.output.title ?? check.title;
    check.summary = body.output.summary;
    check.text = body.output.text ?? check.text;
    check.annotations.push(...(body.output.annotations ?? []));
  }
  check.updated = now;
}

/** A conclusion completes; going back to another status takes the conclusion away. */
function applyState(check: CheckRun, { status, conclusion, completed_at }: CheckBody, now: string): void {
  if (conclusion !== undefined || completed_at !== undefined) check.status = 'completed';
  else if (status !== undefined) check.status = status;
  if (check.status !== 'completed') {
    check.conclusion = null;
    check.completed = null;
    return;
  }
  check.conclusion = conclusion ?? check.conclusion;
  if (check.conclusion === null) throw invalidRequest([]);
  check.completed = completed_at ?? now;
}

function create(call: Call) {
  const repository = repositoryOf(call);
  const user = userOf(call);
  if (call.token && !call.token.installation)
    throw new Refusal(403, 'You must authenticate via a GitHub App.');
  const body = call.body as CheckBody;
  const headSha = resolveCommit(repository, String(body.head_sha));
  if (headSha === null || headSha !== body.head_sha)
    throw unprocessable(`No commit found for SHA: ${body.head_sha}`);
  if (body.status === 'completed' && !body.conclusion)
    throw unprocessable('Invalid request.\n\n"conclusion" wasn\'t supplied.');
  const now = timestamp(call.state.now());
  const check: CheckRun = {
    ...stamp(call.state),
    suite: Number.parseInt(headSha.slice(0, 7), 16),
    app: user.login.replace('[bot]', ''),
    headSha,
    name: String(body.name),
    externalId: '',
    detailsUrl: null,
    status: 'queued',
    conclusion: null,
    started: now,
    completed: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
  };
  applyBody(check, body, now);
  repository.checks.push(call.state.visibility.created(check));
  dropOldest(repository, check);
  return { status: 201, body: checkShape(call, repository, check) };
}

function dropOldest(repository: Repository, { suite, name }: CheckRun): void {
  const same = repository.checks.filter((check) => check.suite === suite && check.name === name);
  for (const old of same.slice(0, -perSuite)) repository.checks.splice(repository.checks.indexOf(old), 1);
}

function listForRef(call: Call) {
  const repository = repositoryOf(call);
  const sha = resolveCommit(repository, String(call.path['ref']));
  if (sha === null) throw unprocessable(`No commit found for SHA: ${call.path['ref']}`);
  const { check_name: name, status, filter = 'latest' } = call.query;
  const fitting = repository.checks.filter(
    (check) =>
      check.headSha === sha &&
      (name === undefined || check.name === name) &&
      (status === undefined || check.status === status),
  );
  const shown = call.state.visibility.shown(fitting);
  const latest = new Map(shown.map((check) => [`${check.suite}/${check.app}/${check.name}`, check]));
  const chosen = filter === 'all' ? shown : [...latest.values()];
  return counted(call, 'check_runs', chosen.reverse(), (check) => checkShape(call, repository, check));
}

export const checks: Handlers = {
  'checks/create': create,
  'checks/update': (call) => {
    const repository = repositoryOf(call);
    const check = byId(repository.checks, call.path['check_run_id']);
    if (check.app !== userOf(call).login.replace('[bot]', ''))
      throw new Refusal(
        403,
        `Invalid app_id \`15368\` - check run can only be modified by the GitHub App that created it.`,
      );
    applyBody(check, call.body as CheckBody, timestamp(call.state.now()));
    return { status: 200, body: checkShape(call, repository, check) };
  },
  'checks/get': (call) => {
    const repository = repositoryOf(call);
    return {
      status: 200,
      body: checkShape(call, repository, byId(repository.checks, call.path['check_run_id'])),
    };
  },
  'checks/list-for-ref': listForRef,
  'checks/list-annotations': (call) => {
    const repository = repositoryOf(call);
    const check = repository.checks.find(({ id }) => id === Number(call.path['check_run_id']));
    if (!check) throw notFound();
    const blob = `${repositoryPage(call.places, repository)}/blob/${check.headSha}`;
    const empty = { start_column: null, end_column: null, title: null, raw_details: null };
    return listed(call, check.annotations, (a) => ({ ...empty, ...a, blob_href: `${blob}/${a.path}` }));
  },
};
