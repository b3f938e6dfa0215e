import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Draws one worker does at a time: its share of a study, with a seed of its own. */
const CHUNK = 250;

/**
 * Runs jobs on `workers` threads with the gate of `folder`; results in the order of the jobs. A job is
 * `{ kind: 'study' | 'rules' | 'slices', draws, … }`, cut into chunks whose counts are added, or `{ kind: 'margin' | 'bar', … }`,
 * which is exact. `onDone` hears of each job as it ends.
 */
export async function runJobs(jobs, { folder, workers, seed, onDone = () => {} }) {
  const parts = jobs.map((job) => partsOf(job, seed));
  const results = jobs.map(() => null);
  const open = parts.map((own) => own.length);
  const left = parts.flatMap((own, at) => own.map((part) => ({ at, part })));
  const one = async () => {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData: { folder } });
    const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
    failed.catch(() => {});
    for (let next = left.shift(); next; next = left.shift()) {
      worker.postMessage(next.part);
      const [result] = await Promise.race([once(worker, 'message'), failed]);
      const { at } = next;
      results[at] = results[at] === null ? result : added(results[at], result);
      open[at] -= 1;
      if (open[at] === 0) onDone(jobs[at], results[at]);
    }
    worker.postMessage(null);
  };
  await Promise.all(Array.from({ length: Math.min(workers, left.length) }, one));
  return results;
}

/** A seed that depends on what is measured, and not on what is measured besides: FNV-1a of the job and the number. */
function seedOf({ draws: _draws, ...job }, number) {
  let hash = 0x811c9dc5;
  for (const letter of `${number} ${JSON.stringify(job)}`)
    hash = Math.imul(hash ^ letter.codePointAt(0), 0x01000193) >>> 0;
  return hash;
}

function partsOf(job, seed) {
  if (!job.draws) return [job];
  const count = Math.ceil(job.draws / CHUNK);
  return Array.from({ length: count }, (_, i) => ({
    ...job,
    draws: Math.min(CHUNK, job.draws - i * CHUNK),
    seed: seedOf(job, seed + i),
  }));
}

/** Counts are added, lists joined, all else is the same in both. */
function added(a, b) {
  if (typeof a === 'number') return a + b;
  if (Array.isArray(a) && typeof a[0] !== 'object') return [...a, ...b];
  if (Array.isArray(a)) return a.map((one, at) => added(one, b[at]));
  if (typeof a !== 'object' || a === null) return a;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const pairs = [...keys].map((key) => [
    key,
    key in a && key in b ? added(a[key], b[key]) : (a[key] ?? b[key]),
  ]);
  return Object.fromEntries(pairs);
}
