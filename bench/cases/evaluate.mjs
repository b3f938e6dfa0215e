/** Twelve metrics of all rows and of 20 slices, from a table in memory, beside scikit-learn called slice by slice. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createBudget } from '../lib/budget.mjs';

export const name = 'evaluate';

/** Time in rows as a power, from runs with twice as many each: least squares on logarithms. */
function exponent(points) {
  const logs = points.map(({ n, cpu }) => [Math.log(n), Math.log(cpu)]);
  const mean = (at) => logs.reduce((sum, pair) => sum + pair[at], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const slope = logs.reduce((sum, pair) => sum + (pair[0] - x) * (pair[1] - y), 0);
  return slope / logs.reduce((sum, pair) => sum + (pair[0] - x) ** 2, 0);
}

export async function rows({ measure, row, node, root, python, quick, log }) {
  const count = quick ? 500_000 : 10_000_000;
  const program = (n) => [node, join(root, 'bench/programs/evaluate.mjs'), join(root, 'build'), String(n)];
  const ask = (n) => {
    const [command, ...args] = program(n);
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return { n, ...JSON.parse(stdout) };
  };
  const points = [count / 8, count / 4, count / 2, count].map(ask);
  const whole = points.at(-1);
  log(`  evaluation alone, ${whole.n.toLocaleString('en')} rows: ${whole.cpu.toFixed(2)} CPU s`);
  log(`  time grows with rows to the power of ${exponent(points).toFixed(2)}`);
  const hold = createBudget(log);
  hold('memory beyond the table, a row', (whole.megabytes * 1e6) / whole.n, quick ? 80 : 16, ' bytes');

  const { python: command } = await python();
  const peer = { argv: [command, join(root, 'bench/lib/evaluate.py'), String(count)] };
  const [ours] = measure([{ argv: program(count) }], { runs: 3 });
  const [theirs] = measure([peer], { runs: 1, warmups: 0 });
  log(
    `  ${(theirs.cpu / ours.cpu).toFixed(1)} times less CPU than scikit-learn, tables and start-up included`,
  );
  const work = `12 metrics × 21, ${count.toLocaleString('en')} rows made in memory`;
  return [row(work, ours, 'scikit-learn, slice by slice', theirs)];
}
