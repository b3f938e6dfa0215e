import { parentPort, workerData } from 'node:worker_threads';
import { loadModules } from './modules.mjs';
import { runOrder } from './order.mjs';
import { tally } from './tally.mjs';

const modules = await loadModules(workerData.folder);
parentPort.on('message', async (seed) => {
  if (seed === null) return parentPort.close();
  const done = await runOrder(modules, seed, workerData);
  return parentPort.postMessage(tally(done));
});
parentPort.postMessage(null);
