import { AsyncLocalStorage } from 'node:async_hooks';
import { askedBy, internalError } from './faults.mjs';
import { exchange, takeRequests } from './transport.mjs';

/** Milliseconds until lists show what is new, at most. */
const longestLagMs = 2000;

const atWork = new AsyncLocalStorage();

/** Does a job's work; the requests made by it are the job's. */
export const workOf = (job, work) => atWork.run(job, work);

/**
 * One GitHub for tests below one virtual world: requests of jobs are held, struck by faults, logged. `modules` is the
 * compiled code under proof.
 */
export async function openSite({ modules, world, random, lags }) {
  const github = await modules.rig.startGitHub({ now: () => new Date(world.now()) });
  const began = world.now();
  github.state.raw.visibility = lags ? laggingLists(world, random) : promptLists;
  const repository = github.state.repository('octo/flights', {
    files: { 'notes.txt': '1', 'train.py': '1' },
  });
  const site = {
    github,
    repository,
    /** `{ seq, at, job, op, operation, named, status, fault }` of every request. */
    requests: [],
    faults: null,
    /** Where the ledger is, where it was before, and since when. */
    tip: { now: repository.refs.get(ledgerRef), before: undefined, since: Number.NEGATIVE_INFINITY },
    close: () => github.close(),
  };
  takeRequests((url, options, body) => {
    const job = atWork.getStore();
    return new Promise((resolve, reject) => {
      const { signal } = job.ending;
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason));
      return world.hold(job, () => answer({ site, world, began, job, url, options, body }, resolve, reject));
    });
  });
  return site;
}

const ledgerRef = 'refs/heads/trainyard';

async function answer({ site, world, began, job, url, options, body }, resolve, reject) {
  if (!url.startsWith(site.github.url)) return resolve(await exchange(url, options, body));
  const fresh = world.now() - site.tip.since < longestLagMs;
  const asked = { ...askedBy(url, options.method, body), fresh };
  const fault = site.faults?.draw(job, asked, world.now() - began) ?? null;
  const { op } = job;
  const entry = {
    seq: world.seq(),
    at: world.now(),
    job,
    op,
    fault: fault?.name ?? null,
    named: asked.named,
  };
  if (fault) site.faults.count(fault);
  if (fault?.kill === 'before') {
    site.requests.push({ ...entry, operation: 'none', status: 0 });
    return job.kill();
  }
  const outcome = await sent(site, fault, () => exchange(url, options, body));
  const { operation, status } = site.github.requests.all.at(-1);
  site.requests.push({ ...entry, operation, status });
  job.requests += 1;
  if (op) op.requests += 1;
  const now = site.repository.refs.get(ledgerRef);
  if (now !== site.tip.now) site.tip = { now, before: site.tip.now, since: world.now() };
  if (fault?.kill === 'after') return job.kill();
  if (fault?.cancel) return job.cancel();
  if (fault?.timeout) return reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }));
  if (outcome.error) return reject(outcome.error);
  return resolve(fault?.internal ? { ...outcome.answer, bytes: internalError } : outcome.answer);
}

/** Sends one request with the fault planned for it. */
async function sent({ github, repository, tip }, fault, send) {
  if (fault?.plan) github.switches.plan(fault.plan);
  if (fault?.stale) pointTo(repository, tip.before);
  const outcome = await send().then(
    (answer) => ({ answer }),
    (error) => ({ error }),
  );
  if (fault?.stale) pointTo(repository, tip.now);
  if (github.switches.pending() > 0) throw new Error(`the fault "${fault?.name}" struck nothing`);
  return outcome;
}

function pointTo(repository, tip) {
  if (tip === undefined) repository.refs.delete(ledgerRef);
  else repository.refs.set(ledgerRef, tip);
}

const promptLists = { lag: 0, created: (item) => item, shown: (items) => [...items] };

/** Lists come from replicas: what is new shows up in them a while later. */
function laggingLists(world, random) {
  const since = new WeakMap();
  return {
    lag: 0,
    created(item) {
      since.set(item, world.now() + random.between(0, longestLagMs));
      return item;
    },
    shown: (items) => items.filter((item) => (since.get(item) ?? 0) <= world.now()),
  };
}
