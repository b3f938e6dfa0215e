import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Policy, Rule } from '../../src/core/gate/types.ts';
import { digestOf, recordId, verdictKey } from '../../src/run/keys.ts';
import { promotedTo, recordOfImport } from '../../src/run/record.ts';
import { rulesFree } from '../../src/run/rules-free.ts';
import { textDigest } from '../../src/run/train.ts';
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
const run: RunRecord = { ...record, run_key: 'c'.repeat(64), trust: { ...record.trust, imported: false } };

const rule: Rule = {
  text: 'accuracy:min=0.7',
  metric: 'accuracy',
  slice: null,
  kind: 'min',
  amount: 0.7,
  relative: false,
  level: 'fail',
  against: null,
  judge: 'interval',
  line: 8,
};
const free = rulesFree({ task: null, columns: {}, positiveLabel: null, slices: [], minSliceRows: 30 });
const policy: Policy = { ...free, rules: [rule] };

describe('digestOf', () => {
  test('does not depend on the order of keys', () => {
    const keys = fc.uniqueArray(fc.string(), { minLength: 2 });
    fc.assert(
      fc.property(keys, fc.func(fc.integer()), (names, value) => {
        const forwards = Object.fromEntries(names.map((name) => [name, { at: value(name) }]));
        const backwards = Object.fromEntries([...names].reverse().map((name) => [name, { at: value(name) }]));
        return digestOf([forwards]) === digestOf([backwards]);
      }),
    );
  });

  test('depends on the order of a list and on every value', () => {
    const digests = [[1, 2], [2, 1], [1, '2'], [[1, 2]], [1, 2, null], { 0: 1, 1: 2 }].map(digestOf);
    expect(new Set(digests).size).toBe(digests.length);
  });

  test('a key __proto__ counts', () => {
    expect(digestOf(JSON.parse('{"__proto__": 1}'))).not.toBe(digestOf({}));
  });
});

describe('recordId', () => {
  const changes: [string, Partial<RunRecord>][] = [
    ['model', { model: 'fraud' }],
    ['engine', { engine: 'notebook' }],
    ['run key', { run_key: 'd'.repeat(64) }],
    ['attempt', { attempt: 2 }],
    ['origin', { promoted_from: 'e'.repeat(20) }],
    ['commit', { commit: { ...run.commit, built_sha: 'f'.repeat(40) } }],
    ['dirtiness', { commit: { ...run.commit, dirty: true } }],
  ];
  test.each(changes)('another %s is another record', (_, change) => {
    expect(recordId({ ...run, ...change })).not.toBe(recordId(run));
  });

  test('times and measured values of the same attempt are not its identity', () => {
    expect(recordId({ ...run, finished: '2030-01-01T00:00:00.000Z', params: { a: 1 } })).toBe(recordId(run));
  });

  test('is 20 hexadecimal digits', () => {
    expect(record.id).toMatch(/^[0-9a-f]{20}$/);
  });

  test('an imported run is known by its content', () => {
    const metric = { name: 'loss', value: 1 } as unknown as RunRecord['metrics'][number];
    expect(recordId({ ...record, metrics: [metric] })).not.toBe(record.id);
    expect(recordId({ ...record, finished: '2030-01-01T00:00:00.000Z' })).toBe(record.id);
  });
});

describe('verdictKey', () => {
  const parts = { candidate: run, baseline: null, against: [], policies: [policy] } as const;
  const base = verdictKey(parts);
  const digests = { ...run.digests, rows: '1'.repeat(64) };

  test('is the same for another attempt at the same run', () => {
    expect(verdictKey({ ...parts, candidate: { ...run, id: 'other', attempt: 2 } })).toBe(base);
  });

  test('is the same wherever a rule is written', () => {
    const moved = { ...policy, rules: [{ ...rule, line: 80 }] };
    expect(verdictKey({ ...parts, policies: [moved] })).toBe(base);
  });

  test.each<[string, Partial<Parameters<typeof verdictKey>[0]>]>([
    ['run key', { candidate: { ...run, run_key: '2'.repeat(64) } }],
    ['rows', { candidate: { ...run, digests } }],
    ['baseline', { baseline: run }],
    ['baseline rows', { baseline: { ...run, digests } }],
    ['baseline of one rule', { against: [['tag', 'x']] }],
    ['rule', { policies: [{ ...policy, rules: [{ ...rule, amount: 0.6 }] }] }],
    ['alpha', { policies: [{ ...policy, alpha: 0.1 }] }],
    ['second policy', { policies: [policy, policy] }],
  ])('is another for another %s', (_, change) => {
    expect(verdictKey({ ...parts, ...change })).not.toBe(base);
  });
});

describe('promotedTo', () => {
  const later = { ...context, headSha: '9'.repeat(40), builtSha: '9'.repeat(40) };

  test('is the same run under another commit, with an id of its own', () => {
    const promoted = promotedTo(run, later);
    expect(promoted).toMatchObject({ promoted_from: run.id, run_key: run.run_key, metrics: run.metrics });
    expect(promoted.commit.built_sha).toBe(later.builtSha);
    expect(promoted.id).not.toBe(run.id);
  });

  test('of a promoted run names the run that was really made', () => {
    const twice = promotedTo(promotedTo(run, later), { ...context, builtSha: '8'.repeat(40) });
    expect(twice.promoted_from).toBe(run.id);
  });

  test('an imported run stays one', () => {
    expect(promotedTo(record, later).trust.imported).toBe(true);
  });
});

test('textDigest is the same for both line endings and for nothing else', () => {
  expect(textDigest('a\r\nb')).toBe(textDigest('a\nb'));
  expect(textDigest('a\nb ')).not.toBe(textDigest('a\nb'));
});
