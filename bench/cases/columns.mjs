/**
 * Predictions files of 10 million rows → 12 metrics of all rows and of 20 slices, beside pandas with scikit-learn and
 * beside polars with formulas by hand; and what people do daily: two files of a million rows, three rules, 20 slices.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensurePython } from '../../scripts/python-env.mjs';
import { createBudget } from '../lib/budget.mjs';

export const name = 'columns';

const FORMATS = [
  ['CSV', 'candidate.csv'],
  ['Parquet', 'candidate.parquet'],
];
const RULES = ['accuracy:max-drop=0.01', 'roc_auc:max-drop=0.01', 'f1:max-drop=0.02'];

export async function rows({ measure, row, node, root, folder, quick, log }) {
  const count = quick ? 400_000 : 10_000_000;
  const requirements = join(root, 'requirements/columns.txt');
  const { python } = await ensurePython({ name: 'columns', requirements, log });
  const lib = (file) => join(root, 'bench/lib', file);
  const write = (size) => {
    const { status, stderr } = spawnSync(python, [lib('columns_data.py'), folder, String(size)], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
  };
  const ours = (file) => ({ argv: [node, join(root, 'bench/programs/columns.mjs'), join(folder, file)] });
  const peer = (program, file) => ({ argv: [python, lib(program), join(folder, file)] });
  const once = { runs: 1, warmups: 0 };
  const hold = createBudget(log);

  write(count / 2);
  const halves = FORMATS.map(([, file]) => measure([ours(file)], once)[0]);
  write(count);
  const found = FORMATS.flatMap(([format, file], at) => {
    const [seen] = measure([ours(file)], { runs: quick ? 3 : 2, warmups: 0 });
    const [pandas, polars] = measure(
      [peer('columns_pandas.py', file), peer('columns_polars.py', file)],
      once,
    );
    const power = Math.log2(seen.cpu / halves[at].cpu).toFixed(2);
    const less = (other) => (other.cpu / seen.cpu).toFixed(1);
    log(`  ${format}: CPU time grows with rows to the power of ${power};`);
    log(
      `    ${less(pandas)} times less of it than pandas and scikit-learn, ${less(polars)} times less than polars`,
    );
    if (!quick) hold(`memory, ${format}`, seen.peak, 700, ' MB');
    const work = `${count.toLocaleString('en')} rows of ${format}, 12 metrics × 21`;
    return [
      row(work, seen, 'pandas and scikit-learn', pandas),
      row(work, seen, 'polars, formulas by hand', polars),
    ];
  });

  const daily = quick ? 200_000 : 1_000_000;
  write(daily);
  const [compared] = measure([compare(node, root, folder)], { runs: 2, warmups: 0 });
  const [wall, cpu] = [compared.wall, compared.cpu].map((time) => (time / 1000).toFixed(2));
  log(`  two files of ${daily.toLocaleString('en')} rows, three rules, 20 slices: ${wall} s, ${cpu} CPU s`);
  hold('their memory, MB', compared.peak, 450);
  return found;
}

/** The command line of the sources, which bin/ is not until dist/ is built. */
function compare(node, root, folder) {
  const index = join(root, 'build/index.js');
  const script = `const { command } = await import(${JSON.stringify(index)}); await command(process.argv.slice(1));`;
  const sides = ['--candidate', join(folder, 'candidate.csv'), '--baseline', join(folder, 'baseline.csv')];
  const rules = RULES.flatMap((rule) => ['--rule', rule]);
  const args = ['compare', ...sides, ...rules, '--slice', 'site', '--json'];
  return { argv: [node, '--input-type=module', '--eval', script, '--', ...args], expect: [0, 1] };
}
