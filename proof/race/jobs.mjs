import { setMaxListeners } from 'node:events';
import { runtimeOf } from './runtime.mjs';
import { workOf } from './site.mjs';

/** Attempts of a job that faults may strike; later ones are spared and must not fail more than a few times. */
const struckAttempts = 4;
const mostAttempts = 8;

/** What a workflow grants the job of each kind. */
const permissions = {
  start: { contents: 'read', actions: 'read', 'pull-requests': 'read', checks: 'write' },
  report: { contents: 'read', actions: 'read', checks: 'write', 'pull-requests': 'write' },
  record: { contents: 'write', actions: 'read', 'pull-requests': 'read' },
};

/**
 * Starts jobs and re-runs those that were killed or gave up, as people do. A spec is `{ name, kind, run, event, sha, ref,
 * payload, work(tools), dropped, once, next, post }`: `dropped` is left alone once it was stopped, `once` always; `next` wait
 * for its end, `post` tidies when it was cancelled.
 */
export function makeJobs({ world, site, random, modules }) {
  const { github, repository } = site;
  const all = [];
  const ops = [];

  const ended = (job, state, error = null) => {
    if (job.state !== 'running') return;
    Object.assign(job, { state, error, dead: true });
    world.leave(job);
    const { spec, attempt } = job;
    const soon = (next, at, low, high) => world.after(random.between(low, high), () => launch(next, at));
    if (state === 'cancelled' && spec.post) soon(spec.post, attempt, 100, 2000);
    if (state === 'done') for (const next of spec.next ?? []) soon(next, 1, 5000, 30_000);
    else if (isRepeated(job)) soon(spec, attempt + 1, 5000, 60_000);
  };

  function launch(spec, attempt) {
    if (spec.notBefore !== undefined && world.now() < spec.notBefore) {
      world.at(spec.notBefore, () => launch(spec, attempt));
      return;
    }
    const job = { name: `${spec.name} #${attempt}`, spec, attempt, state: 'running', dead: false, op: null };
    const ending = new AbortController();
    setMaxListeners(0, ending.signal);
    Object.assign(job, { ending, requests: 0, spared: spec.spared || attempt > struckAttempts });
    job.cancel = () => {
      world.drop(job);
      ending.abort();
    };
    job.kill = () => {
      if (job.op) Object.assign(job.op, { state: 'killed', end: world.seq() });
      ended(job, 'killed');
    };
    const token = github.state.token(permissions[spec.kind], { repositories: [repository.fullName] });
    all.push(job);
    world.enter(job);
    workOf(job, async () => spec.work(toolsOf(job, token))).then(
      () => ended(job, 'done'),
      (error) => ended(job, endOf(error, attempt), error),
    );
  }

  function toolsOf(job, token) {
    const { spec, attempt } = job;
    const files = new Map([['/job/event.json', JSON.stringify(spec.payload)]]);
    const env = environmentOf(github, repository, spec, attempt);
    const runtime = runtimeOf(world, job, { env, files, random: random.fork(), ...modules.errors });
    const client = modules.client.createClient({
      token,
      apiUrl: github.url,
      graphqlUrl: github.graphqlUrl,
      repository: repository.fullName,
      runtime,
    });
    const uploads = { upload: async () => true };
    const platform = modules.platform.createGitHubPlatform({
      runtime,
      client,
      uploads,
      reports: '/job/reports',
      token: 'write',
    });
    /** Does one thing and remembers when it began and ended, and what came of it. */
    const doing = async (kind, about, work) => {
      const op = {
        kind,
        job,
        ...about,
        start: world.seq(),
        end: null,
        state: 'open',
        requests: 0,
        result: null,
      };
      ops.push(op);
      job.op = op;
      try {
        op.result = await work();
        Object.assign(op, { state: 'done', end: world.seq() });
        return op.result;
      } catch (error) {
        Object.assign(op, { state: 'failed', end: world.seq() });
        throw error;
      } finally {
        job.op = null;
      }
    };
    const ledger = modules.ledger.createGitHubLedger(runtime, client);
    return { job, attempt, runtime, client, platform, ledger, doing };
  }

  return { all, ops, launch };
}

/** People run again what gave up, and mostly what was stopped. */
function isRepeated({ state, spec }) {
  if (spec.once || state === 'broken') return false;
  return state === 'gave up' || !spec.dropped;
}

/** What an error makes of a job: only the other side's failures, and being cancelled, are none of ours. */
function endOf(error, attempt) {
  if (error.name === 'CancelledError') return 'cancelled';
  return error.retryable === true && attempt < mostAttempts ? 'gave up' : 'broken';
}

function environmentOf(github, repository, { run, event, sha, ref }, attempt) {
  return {
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: '/job/event.json',
    GITHUB_SHA: sha,
    GITHUB_REF: ref,
    GITHUB_REF_PROTECTED: 'false',
    GITHUB_REPOSITORY: repository.fullName,
    GITHUB_SERVER_URL: github.serverUrl,
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: github.graphqlUrl,
    GITHUB_RUN_ID: String(run.id),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_WORKFLOW_REF: `${repository.fullName}/${run.path}@refs/heads/main`,
    GITHUB_STEP_SUMMARY: '/job/summary.md',
  };
}
