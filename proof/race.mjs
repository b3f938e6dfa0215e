/**
 * Ledger, comment and checks written by 20 jobs at once, in random orders with faults: nothing lost, nothing doubled.
 *
 * `npm run proof -- race [--quick] [--orders=1000] [--seed=1] [--histories=100] [--history=1] [--workers=2] [--trace]
 *  [--mutants]`
 *
 * Each order is one seed: it draws the jobs, which request of which job goes next, and what goes wrong with it. The jobs
 * run through the code that ships, against the GitHub for tests, in virtual time. Then histories: repositories that merge
 * in all ways while strangers plant records, and what is recorded and judged without training. `--seed=N` alone runs one
 * order again and `--trace` prints its requests, `--history=N` one history. `--mutants` plants faults into the code under
 * proof, one after the other, and runs orders until one notices. Ends with 1 when anything is violated, or a planted fault
 * gets away.
 */

import { table } from './lib/table.mjs';
import { compiled } from './race/modules.mjs';
import { huntMutants } from './race/mutants.mjs';
import { runSeeds } from './race/run-seeds.mjs';

const option = (name) =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? null;
const print = (line) => process.stdout.write(`${line}\n`);
const has = (flag) => process.argv.includes(`--${flag}`);
const workers = Number(option('workers') ?? 2);
const began = performance.now();
const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`;

/** Seeds from the one asked for on; none when the other part was asked for. */
function seedsOf(many, one, other, usual) {
  const count = option(many) ?? (option(one) === null ? (option(other) === null ? usual : 0) : 1);
  return Array.from({ length: Number(count) }, (_, i) => Number(option(one) ?? 1) + i);
}

function prove(kind, flag, seeds) {
  return runSeeds(seeds, {
    ...{ kind, workers, folder: compiled(), trace: has('trace') },
    onDone({ seed, violations }) {
      if (violations.length > 0)
        print(`The ${kind} ${seed} (npm run proof -- race --${flag}=${seed}):\n  ${violations.join('\n  ')}`);
      return false;
    },
  });
}

const byCount = (counts) => Object.entries(counts).sort(([, a], [, b]) => b - a);

async function proveOrders(seeds) {
  const { counts, faults, most, quiet, bad } = await prove('order', 'seed', seeds);
  const struck = Object.values(faults).reduce((sum, times) => sum + times, 0);
  const rows = Object.entries({
    ...counts,
    'faults injected': struck,
    'orders with a violation': bad.length,
  });
  print(`\n${table(['20 jobs in random orders', 'count'], rows)}`);
  print(`\n${table(['fault', 'times'], byCount(faults))}`);
  print(`\n${table(['job', 'most requests, whatever came'], Object.entries(most))}`);
  print(`\n${table(['undisturbed', 'most requests'], Object.entries(quiet))}`);
  print(
    bad.length === 0
      ? `\nIn ${seeds.length} orders nothing was lost, nothing doubled, and every final state was right (${seconds()}).`
      : `\n${bad.length} of ${seeds.length} orders ended wrong (${seconds()}).`,
  );
  return bad.length === 0;
}

async function proveHistories(seeds) {
  const { counts, faults, most, bad } = await prove('history', 'history', seeds);
  const rows = [
    ...Object.entries(counts),
    ['most requests of a push', most.push ?? 0],
    ['with a violation', bad.length],
  ];
  print(`\n${table(['random histories', 'count'], rows)}`);
  print(`\n${table(['hostile records that claim', 'times'], byCount(faults))}`);
  print(
    bad.length === 0
      ? `\nIn ${seeds.length} histories each merge was recorded by the right run, trained only where none was there, and no hostile record counted (${seconds()}).`
      : `\n${bad.length} of ${seeds.length} histories ended wrong (${seconds()}).`,
  );
  return bad.length === 0;
}

async function proveMutants(seeds) {
  const found = [];
  await huntMutants(seeds, workers, (one) => {
    found.push(one);
    const told = one.seed === null ? 'got away' : `noticed in ${one.kind} ${one.seed}`;
    print(`${told}: ${one.name}${one.why && ` – ${one.why}`}`);
  });
  const free = found.filter(({ seed }) => seed === null);
  print(
    free.length === 0
      ? `\nEach of ${found.length} planted faults was noticed (${seconds()}).`
      : `\n${free.length} of ${found.length} planted faults got away (${seconds()}).`,
  );
  return free.length === 0;
}

const orders = seedsOf('orders', 'seed', 'history', has('quick') ? 30 : 1000);
const histories = seedsOf('histories', 'history', 'seed', has('quick') ? 6 : 100);
const proofs = has('mutants')
  ? [await proveMutants(orders)]
  : [
      orders.length === 0 || (await proveOrders(orders)),
      histories.length === 0 || (await proveHistories(histories)),
    ];
process.exitCode = proofs.every(Boolean) ? 0 : 1;
