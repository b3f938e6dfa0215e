import { askedBy, internalError } from './faults.mjs';
import { follow, responseOf } from './transport.mjs';

/** Milliseconds until lists show what is new, at most. */
const longestLagMs = 2000;

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
    jobs: new Map(),
    faults: null,
    /** Earlier tips of the ledger, newest last; the first is that there is none. */
    tips: [repository.refs.get(ledgerRef)],
    close: () => github.close(),
  };
  globalThis.fetch = (url, init) => {
    const job = site.jobs.get(init.headers.authorization.replace('Bearer ', ''));
    if (job.dead) return new Promise(() => {});
    return new Promise((resolve, reject) => {
      world.hold(job, () => answer({ site, world, began, job, url, init }, resolve, reject));
    });
  };
  return site;
}

const ledgerRef = 'refs/heads/trainyard';

async function answer({ site, world, began, job, url, init }, resolve, reject) {
  const asked = askedBy(url, init);
  const fault = site.faults?.draw(job, asked, world.now() - began) ?? null;
  const entry = {
    seq: world.seq(),
    at: world.now(),
    job,
    op: job.op,
    fault: fault?.name ?? null,
    named: asked.named,
  };
  if (fault) site.faults.count(fault);
  if (fault?.kill === 'before') {
    site.requests.push({ ...entry, operation: 'none', status: 0 });
    return job.kill();
  }
  const outcome = await sent(site, fault, url, init);
  const { operation, status } = site.github.requests.all.at(-1);
  site.requests.push({ ...entry, operation, status });
  job.requests += 1;
  if (job.op) job.op.requests += 1;
  const tip = site.repository.refs.get(ledgerRef);
  if (tip !== site.tips.at(-1)) site.tips.push(tip);
  if (fault?.kill === 'after') return job.kill();
  if (fault?.timeout)
    return reject(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
  if (outcome.error) return reject(outcome.error);
  return resolve(responseOf(fault?.internal ? { ...outcome.answer, bytes: internalError } : outcome.answer));
}

/** Sends one request with the fault planned for it. */
async function sent(site, fault, url, init) {
  const { github, repository, tips } = site;
  if (fault?.plan) github.switches.plan(fault.plan);
  const tip = repository.refs.get(ledgerRef);
  if (fault?.stale && tips.length > 1) pointTo(repository, tips.at(-2));
  const outcome = await follow(url, init).then(
    (answer) => ({ answer }),
    (error) => ({ error }),
  );
  if (fault?.stale) pointTo(repository, tip);
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
