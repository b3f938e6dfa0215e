import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { total } from './tally.mjs';

/**
 * Runs the orders or histories (`kind`) of `seeds` on `workers` threads; `folder` holds the compiled code under proof.
 * `onDone` hears of each as it ends; true from it ends the rest.
 */
export async function runSeeds(seeds, { kind, folder, workers, trace = false, onDone }) {
  const left = [...seeds];
  const tallies = [];
  const one = async () => {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url), {
      workerData: { kind, folder, trace },
    });
    const failed = once(worker, 'error').then(([error]) => Promise.reject(error));
    for (;;) {
      const [tally] = await Promise.race([once(worker, 'message'), failed]);
      if (tally) tallies.push(tally);
      if (tally && onDone(tally)) left.splice(0);
      const seed = left.shift() ?? null;
      worker.postMessage(seed);
      if (seed === null) return void failed.catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, left.length) }, one));
  return total(tallies);
}
