/**
 * How often the gate is wrong: both errors at the margin, coverage, power, false alarms on equal models; peers beside it.
 *
 * `npm run proof -- validity [--quick] [--draws=1] [--seed=1] [--workers=2] [--part=shares|rows|several]
 *  [--only=TEXT] [--mutants]`
 *
 * Samples are drawn with replacement from large sets of rows whose true difference is therefore known: simulated ones,
 * and real ones that trained models were asked about. The candidate lies at the margin exactly. Errors of shares of rows
 * (accuracy, recall) are computed over all outcomes instead. `--draws` multiplies the draws, `--only` takes the studies
 * whose title or rule holds a text. `--mutants` plants faults into the gate, one after the other, and runs the quick
 * proof until one is noticed. Ends with 1 when a figure is further off what is promised than chance explains (see
 * validity/required.mjs), or a planted fault gets away.
 */
import { compiled } from './validity/gate.mjs';
import { huntMutants } from './validity/mutants.mjs';
import { PARTS } from './validity/parts.mjs';
import { trainModels } from './validity/real.mjs';
import { CHANCE, violations } from './validity/required.mjs';
import { runJobs } from './validity/run.mjs';

const option = (name, otherwise) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const has = (flag) => process.argv.includes(`--${flag}`);
const print = (line) => process.stdout.write(`${line}\n`);
const began = performance.now();
const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`;

const settings = {
  quick: has('quick') || has('mutants'),
  draws: Number(option('draws', '1')),
  only: option('only', ''),
  workers: Number(option('workers', '2')),
  seed: Number(option('seed', '1')),
};

/** Figures of all parts asked for, whose tables are printed as they end. */
async function prove() {
  const figures = [];
  for (const [name, part] of Object.entries(PARTS)) {
    if (![name, 'all'].includes(option('part', 'all'))) continue;
    const jobs = part.jobs(settings);
    const onDone = (job) => {
      if (job.title)
        process.stderr.write(`${seconds()}: ${job.title}, n = ${job.n}, ${job.rules.join(', ')}\n`);
    };
    const results = await runJobs(jobs, { ...settings, folder: compiled(), onDone });
    print(part.tables(jobs, results).join('\n\n'));
    print(`(${seconds()})\n`);
    figures.push(...part.figures(jobs, results));
  }
  return figures;
}

await trainModels(print);
if (has('mutants')) {
  process.exitCode = (await huntMutants({ ...settings, print })) ? 0 : 1;
} else {
  const figures = await prove();
  const bad = violations(figures);
  for (const { what, share, low, high } of bad)
    print(`Out of range: ${what} is ${(100 * share).toFixed(1)} %, promised ${rangeOf(low, high)}.`);
  print(
    bad.length === 0
      ? `All ${figures.length} figures are as promised, or off by no more than chance (${100 * CHANCE} % for all together) explains (${seconds()}).`
      : `${bad.length} of ${figures.length} figures are not as promised (${seconds()}).`,
  );
  process.exitCode = bad.length === 0 ? 0 : 1;
}

function rangeOf(low, high) {
  const text = (share) => `${(100 * share).toFixed(1)} %`;
  if (low === undefined) return `at most ${text(high)}`;
  return high === undefined ? `at least ${text(low)}` : `${text(low)} to ${text(high)}`;
}
