/**
 * Ledger, comment and checks written by 20 jobs at once, in random orders with faults: nothing lost, nothing doubled.
 *
 * `npm run proof -- race [--quick] [--orders=1000] [--seed=1] [--workers=2] [--trace]
 *  [--mutants]`
 *
 * Each order is one seed: it draws the jobs, which request of which job goes next, and what goes wrong with it. The jobs
 * run through the code that ships, against the GitHub for tests, in virtual time. `--seed=N` alone runs that one order
 * again, `--trace` prints its requests. `--mutants` plants faults into the code under proof, one after the other, and runs
 * orders until one notices. Ends with 1 when anything is violated, or a planted fault gets away.
 */
import { compiled } from './race/modules.mjs';
import { huntMutants } from './race/mutants.mjs';
import { runOrders } from './race/run-orders.mjs';
import { table } from './race/table.mjs';

const option = (name, otherwise) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const print = (line) => process.stdout.write(`${line}\n`);
const quick = process.argv.includes('--quick');
const again = option('seed', null);
const orders = Number(option('orders', again !== null ? 1 : quick ? 40 : 1000));
const seeds = Array.from({ length: orders }, (_, i) => Number(again ?? 1) + i);
const workers = Number(option('workers', '2'));
const began = performance.now();
const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`;

async function proveOrders() {
  const { counts, faults, most, quiet, bad } = await runOrders(seeds, {
    folder: compiled(),
    workers,
    trace: process.argv.includes('--trace'),
    onOrder({ seed, violations }) {
      if (violations.length > 0)
        print(`Order ${seed} (npm run proof -- race --seed=${seed}):\n  ${violations.join('\n  ')}`);
      return false;
    },
  });
  const struck = Object.values(faults).reduce((sum, times) => sum + times, 0);
  const rows = Object.entries({
    ...counts,
    'faults injected': struck,
    'orders with a violation': bad.length,
  });
  print(`\n${table(['20 jobs in random orders', 'count'], rows)}`);
  print(
    `\n${table(
      ['fault', 'times'],
      Object.entries(faults).sort(([, a], [, b]) => b - a),
    )}`,
  );
  print(`\n${table(['job', 'most requests, whatever came'], Object.entries(most))}`);
  print(`\n${table(['undisturbed', 'most requests'], Object.entries(quiet))}`);
  print(
    bad.length === 0
      ? `\nIn ${orders} orders nothing was lost, nothing doubled, and every final state was right (${seconds()}).`
      : `\n${bad.length} of ${orders} orders ended wrong (${seconds()}).`,
  );
  return bad.length === 0;
}

async function proveMutants() {
  const found = [];
  await huntMutants(seeds, workers, (one) => {
    found.push(one);
    print(
      `${one.seed === null ? 'got away' : `order ${one.seed}`}: ${one.name}${one.why && ` – ${one.why}`}`,
    );
  });
  const free = found.filter(({ seed }) => seed === null);
  print(
    free.length === 0
      ? `\nEach of ${found.length} planted faults was noticed (${seconds()}).`
      : `\n${free.length} of ${found.length} planted faults got away (${seconds()}).`,
  );
  return free.length === 0;
}

process.exitCode = (await (process.argv.includes('--mutants') ? proveMutants() : proveOrders())) ? 0 : 1;
