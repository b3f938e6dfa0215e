import { describe, expect, test } from '@jest/globals';
import { recordOfImport, withRepeats } from '../../src/run/record.ts';
import { wholeSets } from '../../src/run/repeats.ts';
import { rulesFree } from '../../src/run/rules-free.ts';
import { requireSeeds } from '../../src/run/seed-tables.ts';
import type { RunRecord } from '../../src/schema/run.types.ts';

const context = {
  event: 'local',
  headSha: 'a'.repeat(40),
  builtSha: 'a'.repeat(40),
  tree: 'b'.repeat(40),
  baseSha: null,
  pullRequest: null,
  workflowPath: null,
  attempt: 1,
  branch: 'main',
  defaultBranch: 'main',
  dirty: false,
  onDefaultBranch: true,
  trust: { level: 'local', event: 'local', token: 'none', protected_branch: false, imported: false },
  repositoryUrl: null,
  runId: null,
  runUrl: null,
  notes: [],
} as const;

const record: RunRecord = recordOfImport({
  model: 'churn',
  engine: 'python',
  context,
  now: new Date('2026-01-02T03:04:05Z'),
  metrics: [],
  predictions: null,
  configDigest: null,
});

/** A run of a seed that the tree `tree` was trained with. */
function runOf(seed: number, tree = 'b'): RunRecord {
  return {
    ...record,
    id: `${seed}`.padStart(20, '0'),
    run_key: `${seed}`.padStart(64, '0'),
    seed,
    commit: { ...record.commit, built_sha: tree.repeat(40), tree: tree.repeat(40) },
  };
}

const SEEDS = [1, 2, 3];
const complete = withRepeats(runOf(1), [runOf(2), runOf(3)]);

describe('runs of several seeds', () => {
  test('are one record that names the others', () => {
    expect(complete.repeats).toEqual([
      { seed: 2, id: runOf(2).id, run_key: runOf(2).run_key, predictions: null },
      { seed: 3, id: runOf(3).id, run_key: runOf(3).run_key, predictions: null },
    ]);
    expect(withRepeats(runOf(1), [])).toEqual(runOf(1));
  });

  test.each<[string, RunRecord[], readonly number[], RunRecord[]]>([
    ['without repeats all runs stand', [runOf(2), runOf(1)], [], [runOf(2), runOf(1)]],
    ['runs of a matrix are put together', [runOf(3), runOf(1), runOf(2)], SEEDS, [complete]],
    ['a whole set stays as it is', [runOf(4), complete], SEEDS, [complete]],
    ['more seeds than asked for are enough', [complete], [1, 2], [complete]],
    ['a seed is missing', [runOf(1), runOf(3)], SEEDS, []],
    ['a seed of another tree is none', [runOf(1), runOf(2), runOf(3, 'c')], SEEDS, []],
    ['the first seed is another', [complete], [2, 3], []],
  ])('%s', (_, records, seeds, expected) => {
    expect(wholeSets(records, seeds)).toEqual(expected);
  });
});

describe('a candidate', () => {
  const predictions = { task: null, columns: {}, positiveLabel: null, slices: [], minSliceRows: 30 } as const;
  const policy = (seeds: readonly number[]) => ({
    ...rulesFree({ ...predictions, onMissing: 'error' }),
    seeds,
  });
  const side = (seed: number | null, further: readonly number[]) => ({
    how: 'trained',
    record: { ...record, seed },
    label: 'churn',
    repeats: further.map((one) => ({ seed: one, table: () => Promise.resolve(null) })),
    scores: () => Promise.reject(new Error('not read')),
  });

  test('with all seeds that every policy asks for is judged', () => {
    expect(() => requireSeeds(side(1, [2, 3]), [policy(SEEDS), policy([1, 2]), policy([])])).not.toThrow();
    expect(() => requireSeeds(side(null, []), [policy([])])).not.toThrow();
  });

  test.each([
    ['one seed less', side(1, [2]), /no run with the training seed 3\.$/],
    ['another first seed', side(2, [1, 3]), /no run with the training seeds 1, 2, 3\.$/],
    ['no seed, as an imported run', side(null, []), /no run with the training seeds 1, 2, 3\.$/],
  ])('with %s is refused', (_, candidate, message) => {
    expect(() => requireSeeds(candidate, [policy([]), policy(SEEDS)])).toThrow(message);
  });
});
