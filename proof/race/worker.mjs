import { parentPort, workerData } from 'node:worker_threads';
import { runHistory } from './merges.mjs';
import { loadModules } from './modules.mjs';
import { runOrder } from './order.mjs';
import { tallyHistory, tallyOrder } from './tally.mjs';

const { folder, kind } = workerData;
const modules = await loadModules(folder);
parentPort.on('message', async (seed) => {
  if (seed === null) return parentPort.close();
  const tally =
    kind === 'history'
      ? tallyHistory(await runHistory(modules, seed))
      : tallyOrder(await runOrder(modules, seed, workerData));
  return parentPort.postMessage(tally);
});
parentPort.postMessage(null);
