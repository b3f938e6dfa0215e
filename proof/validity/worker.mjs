import { parentPort, workerData } from 'node:worker_threads';
import { exactBar, exactMargin } from './exact.mjs';
import { runRules, runSlices } from './family.mjs';
import { loadGate } from './gate.mjs';
import { runStudy } from './study.mjs';

const gate = await loadGate(workerData.folder);
const KINDS = {
  ...{ study: runStudy, rules: runRules, slices: runSlices },
  ...{ margin: exactMargin, bar: exactBar },
};

parentPort.on('message', (job) => {
  if (job === null) parentPort.close();
  else parentPort.postMessage(KINDS[job.kind](gate, job));
});
