/**
 * Ledger, comment and checks written by 20 jobs at once, in random orders with faults: nothing lost, nothing doubled.
 *
 * `npm run proof -- race [--quick] [--orders=1000] [--seed=1] [--workers=2] [--trace]`
 *
 * Each order is one seed: it draws the jobs, which request of which job goes next, and what goes wrong with it. The jobs
 * run through the code that ships, against the GitHub for tests, in virtual time. `--seed=N` alone runs that one order
 * again, `--trace` prints its requests. Ends with 1 when anything is violated.
 */
import { compiled } from './race/modules.mjs';
import { runOrders } from './race/run-orders.mjs';
import { table } from './race/table.mjs';

const option = (name, otherwise) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? otherwise;
const print = (line) => process.stdout.write(`${line}\n`);
const quick = process.argv.includes('--quick');
const again = option('seed', null);
const orders = Number(option('orders', again !== null ? 1 : quick ? 40 : 1000));
const seeds = Array.from({ length: orders }, (_, i) => Number(again ?? 1) + i);
const began = performance.now();

const { counts, faults, most, quiet, bad } = await runOrders(seeds, {
  folder: compiled(),
  workers: Number(option('workers', '2')),
  trace: process.argv.includes('--trace'),
  onOrder({ seed, violations }) {
    if (violations.length > 0)
      print(`Order ${seed} (npm run proof -- race --seed=${seed}):\n  ${violations.join('\n  ')}`);
    return false;
  },
});
const struck = Object.values(faults).reduce((sum, times) => sum + times, 0);
const rows = Object.entries({ ...counts, 'faults injected': struck, 'orders with a violation': bad.length });
print(`\n${table(['20 jobs in random orders', 'count'], rows)}`);
print(
  `\n${table(
    ['fault', 'times'],
    Object.entries(faults).sort(([, a], [, b]) => b - a),
  )}`,
);
print(`\n${table(['job', 'most requests, whatever came'], Object.entries(most))}`);
print(`\n${table(['undisturbed', 'most requests'], Object.entries(quiet))}`);
print(`\n${((performance.now() - began) / 1000).toFixed(0)} s.`);
print(
  bad.length === 0
    ? `In ${orders} orders nothing was lost, nothing doubled, and every final state was right.`
    : `${bad.length} of ${orders} orders ended wrong.`,
);
process.exitCode = bad.length === 0 ? 0 : 1;
