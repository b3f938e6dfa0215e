import { rmSync } from 'node:fs';
import { mutatedFolder } from '../lib/mutated.mjs';
import { compiled } from './gate.mjs';
import { PARTS } from './parts.mjs';
import { violations } from './required.mjs';
import { runJobs } from './run.mjs';

/** Faults planted into the gate: what is broken, where, how, and which part of the proof looks there. */
export const MUTANTS = [
  {
    ...{ name: 'Tango’s interval takes α for both sides together', part: 'shares' },
    file: 'core/gate/proportion.ts',
    from: 'const z = normalQuantile(1 - alpha);\n  let [low, high]',
    to: 'const z = normalQuantile(1 - 2 * alpha);\n  let [low, high]',
  },
  {
    ...{
      name: 'ends of resamples are read at the wrong quantiles',
      part: 'rows',
      only: 'discordant accuracy f1',
    },
    file: 'core/stats/resampled.ts',
    from: 'const t = studentQuantile(alpha, freedom);',
    to: 'const t = studentQuantile(2 * alpha, freedom);',
  },
  {
    ...{
      name: 'the models are drawn anew each by itself',
      part: 'rows',
      only: '30 % discordant accuracy f1',
    },
    file: 'core/stats/resample.ts',
    from: '    for (let slot = 0; slot < readers.length; slot++) values[slot] = readers[slot]?.() as number;',
    to: `    const before = index > from ? values.slice() : values;
    for (let slot = 0; slot < readers.length; slot++) values[slot] = readers[slot]?.() as number;
    for (const { b } of drawn) if (b >= 0) values[b] = before[b] as number;`,
  },
  {
    ...{ name: 'a margin allows a gain instead of a drop', part: 'shares' },
    file: 'core/gate/algebra.ts',
    from: 'bound: -rule.amount }',
    to: 'bound: rule.amount }',
  },
  {
    ...{ name: 'DeLong’s variance leaves out one class', part: 'rows', only: '30 % discordant roc_auc' },
    file: 'core/stats/delong.ts',
    from: 'const variance = positive.variance + negative.variance;',
    to: 'const variance = negative.variance;',
  },
  {
    ...{ name: 'failures of several rules are not adjusted', part: 'several' },
    file: 'core/gate/several.ts',
    from: "result.verdict !== 'fail' || chance <= alpha",
    to: "result.verdict !== 'fail' || chance <= alpha * rules",
  },
];

/** Whether every planted fault turns the quick proof red; says which figure noticed. */
export async function huntMutants({ print, ...settings }) {
  let caught = 0;
  for (const { name, part, only = '', ...fault } of MUTANTS) {
    const folder = mutatedFolder(compiled(), fault);
    const { jobs: jobsOf, figures } = PARTS[part];
    const jobs = jobsOf({ ...settings, only });
    const results = await runJobs(jobs, { ...settings, folder });
    rmSync(folder, { recursive: true });
    const [seen] = violations(figures(jobs, results));
    if (seen) caught += 1;
    print(seen ? `Noticed: ${name} (${seen.what}).` : `NOT noticed: ${name}.`);
  }
  print(`${caught} of ${MUTANTS.length} planted faults are noticed.`);
  return caught === MUTANTS.length;
}
