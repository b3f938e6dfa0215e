import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { describePolicy, diffPolicies, mergeResults } from '../../../src/core/gate/policy.ts';
import type { Policy, PolicyChange, RuleResult, Verdict } from '../../../src/core/gate/types.ts';
import { policyWith, resultOf } from './build.ts';

type Effect = PolicyChange['effect'];

const effects = (base: Policy, head: Policy): Effect[] =>
  diffPolicies(base, head).map(({ effect }) => effect);

describe('rules that change', () => {
  const DROP = 'roc_auc:max-drop=0.005';
  const SLICED = 'accuracy[carrier=UA]:min=0.8';

  test.each<[string, string[], string[], Effect[]]>([
    ['nothing', [DROP, SLICED], [DROP, SLICED], []],
    ['their order', [DROP, SLICED], [SLICED, DROP], []],
    ['spelling of the metric', [DROP], ['AUC:max-drop=0.005'], []],
    ['spelling of the slice', ['f1[a=1 & b=2]:min=0.5'], ['f1[b=2 & a=1]:min=0.5'], []],
    ['a rule is removed', [DROP, SLICED], [DROP], ['loosened']],
    ['a rule is added', [DROP], [DROP, SLICED], ['tightened']],
    ['the margin goes up', [DROP], ['roc_auc:max-drop=0.006'], ['loosened']],
    ['the margin goes down', [DROP], ['roc_auc:max-drop=0.004'], ['tightened']],
    ['a rise goes up', ['log_loss:max-rise=1%'], ['log_loss:max-rise=2%'], ['loosened']],
    ['the lower bar goes down', ['accuracy:min=0.9'], ['accuracy:min=0.89'], ['loosened']],
    ['the lower bar goes up', ['accuracy:min=0.9'], ['accuracy:min=0.91'], ['tightened']],
    ['the upper bar goes up', ['brier:max=0.1'], ['brier:max=0.2'], ['loosened']],
    ['the upper bar goes down', ['brier:max=0.1'], ['brier:max=0.05'], ['tightened']],
    ['from absolute to a percentage', [DROP], ['roc_auc:max-drop=0.1%'], ['loosened']],
    ['from fail to warn', [DROP], [`${DROP},level=warn`], ['loosened']],
    ['from warn to fail', [`${DROP},level=warn`], [DROP], ['tightened']],
    ['stricter, but it only warns', [DROP], ['roc_auc:max-drop=0.001,level=warn'], ['loosened']],
    ['from interval to point', [DROP], [`${DROP},judge=point`], ['loosened']],
    ['from point to interval', [`${DROP},judge=point`], [DROP], ['loosened']],
    ['another baseline', [DROP], [`${DROP},against=best`], ['loosened']],
    ['another metric', [DROP], ['average_precision:max-drop=0.005'], ['loosened', 'tightened']],
    ['another slice', [SLICED], ['accuracy[carrier=AA]:min=0.8'], ['loosened', 'tightened']],
    ['only one slice of what was for all', ['accuracy:min=0.8'], [SLICED], ['loosened', 'tightened']],
    ['the weaker of two is removed', [DROP, 'roc_auc:max-drop=0.02'], [DROP], ['neutral']],
    [
      'the stricter of two is removed',
      [DROP, 'roc_auc:max-drop=0.02'],
      ['roc_auc:max-drop=0.02'],
      ['loosened'],
    ],
    ['one of two equal ones is removed', [DROP, DROP], [DROP], ['neutral']],
    [
      'a warning before a failure is added',
      [DROP],
      [DROP, 'roc_auc:max-drop=0.001,level=warn'],
      ['tightened'],
    ],
  ])('%s', (_title, base, head, expected) => {
    expect(effects(policyWith(base), policyWith(head))).toEqual(expected);
  });

  test('a change shows what stands on either side', () => {
    const head = ['roc_auc:max-drop=2%,level=warn', 'f1[a=b]:min=0.5,against=tag'];
    expect(diffPolicies(policyWith([DROP, 'brier:max=0.1']), policyWith(head))).toEqual([
      { what: 'roc_auc:max-drop', base: '0.005', head: '2%,level=warn', effect: 'loosened' },
      { what: 'brier:max', base: '0.1', head: null, effect: 'loosened' },
      { what: 'f1[a=b]:min', base: null, head: '0.5,against=tag', effect: 'tightened' },
    ]);
  });
});

describe('settings that change', () => {
  const rules = ['roc_auc:max-drop=0.005'];
  const base = policyWith(rules, {
    metrics: { roc_auc: { direction: 'higher', split: 'test' } },
    predictions: {
      task: 'binary',
      columns: { label: 'target' },
      positiveLabel: '1',
      slices: ['carrier'],
      minSliceRows: 30,
    },
  });
  const predictions = (over: Partial<Policy['predictions']>): Partial<Policy> => ({
    predictions: { ...base.predictions, ...over },
  });

  test.each<[string, Partial<Policy>, Effect]>([
    ['alpha', { alpha: 0.1 }, 'loosened'],
    ['alpha', { alpha: 0.01 }, 'loosened'],
    ['on-inconclusive', { onInconclusive: 'allow' }, 'loosened'],
    ['on-inconclusive', { onInconclusive: 'block' }, 'tightened'],
    ['on-rows-changed', { onRowsChanged: 'shared' }, 'loosened'],
    ['dry-run', { dryRun: true }, 'loosened'],
    ['baseline', { baseline: 'best' }, 'loosened'],
    ['metrics.roc_auc', { metrics: { roc_auc: { direction: 'lower', split: 'test' } } }, 'loosened'],
    ['metrics.roc_auc', { metrics: { roc_auc: { direction: 'higher', split: 'train' } } }, 'loosened'],
    ['metrics.roc_auc', { metrics: {} }, 'loosened'],
    ['metrics.lift', { metrics: { ...base.metrics, lift: { direction: 'higher' } } }, 'neutral'],
    ['metrics.auc', { metrics: { ...base.metrics, auc: { direction: 'higher' } } }, 'loosened'],
    ['predictions.task', predictions({ task: 'multiclass' }), 'loosened'],
    ['predictions.columns.label', predictions({ columns: { label: 'guess' } }), 'loosened'],
    ['predictions.columns.weight', predictions({ columns: { label: 'target', weight: 'w' } }), 'loosened'],
    ['predictions.positive-label', predictions({ positiveLabel: '0' }), 'loosened'],
    ['predictions.slices', predictions({ slices: [] }), 'loosened'],
    ['predictions.slices', predictions({ slices: ['origin', 'carrier'] }), 'neutral'],
    ['predictions.slices', predictions({ slices: [{ column: 'origin', quantiles: 4 }] }), 'loosened'],
    ['predictions.slices', predictions({ slices: ['carrier', ['origin', 'carrier']] }), 'neutral'],
    ['predictions.min-slice-rows', predictions({ minSliceRows: 200 }), 'neutral'],
    ['predictions.on-missing', predictions({ onMissing: 'drop' }), 'loosened'],
  ])('%s %j is %s', (what, over, effect) => {
    expect(diffPolicies(base, { ...base, ...over })).toEqual([expect.objectContaining({ what, effect })]);
  });

  test.each<[number[], number[], Effect]>([
    [[], [1, 2, 3, 4, 5], 'tightened'],
    [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6], 'tightened'],
    [[1, 2, 3, 4, 5], [1, 2, 3, 4], 'loosened'],
    [[1, 2, 3, 4, 5], [], 'loosened'],
    [[1, 2, 3, 4, 5], [3, 4, 5, 6, 7], 'loosened'],
    [[2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], 'loosened'],
  ])('repeats from seeds %j to %j are %s', (before, after, effect) => {
    expect(diffPolicies({ ...base, seeds: before }, { ...base, seeds: after })).toEqual([
      expect.objectContaining({ what: 'repeats', effect }),
    ]);
  });

  test('what loosens one way tightens the other, where strictness has an order', () => {
    const loose = policyWith(rules, { onInconclusive: 'allow', onRowsChanged: 'shared', dryRun: true });
    expect(effects(policyWith(rules), loose)).toEqual(['loosened', 'loosened', 'loosened']);
    expect(effects(loose, policyWith(rules))).toEqual(['tightened', 'tightened', 'tightened']);
  });

  test('the order of keys is no change', () => {
    const metrics = { roc_auc: { split: 'test', direction: 'higher' as const } };
    expect(diffPolicies(base, { ...base, metrics })).toEqual([]);
  });

  test('names of prototypes are names like any other', () => {
    const metrics = JSON.parse(
      '{"__proto__": {"direction": "lower"}, "constructor": {"direction": "higher"}}',
    );
    expect(diffPolicies(policyWith([]), policyWith([], { metrics })).map(({ what }) => what)).toEqual([
      'metrics.__proto__',
      'metrics.constructor',
    ]);
  });
});

const anyRule = fc
  .record({
    metric: fc.constantFrom('roc_auc', 'accuracy'),
    kind: fc.constantFrom('min', 'max-drop'),
    amount: fc.integer({ min: 0, max: 5 }),
    level: fc.constantFrom('', ',level=warn'),
  })
  .map(({ metric, kind, amount, level }) => `${metric}:${kind}=${amount / 10}${level}`);
const anyVerdict = fc.constantFrom<Verdict | null>('pass', 'fail', 'inconclusive', 'error', null);
const anyResults = fc
  .uniqueArray(fc.record({ rule: anyRule, verdict: anyVerdict }), {
    selector: ({ rule }) => rule,
    maxLength: 6,
  })
  .map((list) => list.map(({ rule, verdict }) => resultOf(rule, verdict)));

test('a policy never differs from itself, and no rule is gone unless something is loosened', () => {
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 6 }), fc.array(anyRule, { maxLength: 6 }), (base, head) => {
      expect(effects(policyWith(base), policyWith([...base].reverse()))).toEqual([]);
      const found = effects(policyWith(base), policyWith([...base, ...head]));
      expect(found).not.toContain('loosened');
      if (base.length > 0)
        expect(effects(policyWith(base), policyWith([]))).toEqual(base.map(() => 'loosened'));
    }),
  );
});

describe('both policies judge', () => {
  const RULE = 'roc_auc:max-drop=0.005';
  const ORDER: readonly (Verdict | null)[] = ['fail', 'error', 'inconclusive', null, 'pass'];
  const pairs = ORDER.flatMap((base, i) =>
    ORDER.map((head, j) => [base, head, ORDER[Math.min(i, j)] ?? null] as const),
  );

  test.each(pairs)('%s in the base and %s in the head is %s', (base, head, worse) => {
    const merged = mergeResults([resultOf(RULE, base)], [resultOf(RULE, head)]);
    expect(merged).toHaveLength(1);
    expect(merged[0]).toMatchObject({ verdict: worse, policy: 'both' });
  });

  test('rules of one policy alone say whose they are, worst first', () => {
    const merged = mergeResults(
      [resultOf(RULE, 'pass'), resultOf('f1:min=0.5', 'inconclusive')],
      [resultOf('f1:min=0.6', 'fail')],
    );
    expect(merged.map(({ rule, policy }) => [rule.text, policy])).toEqual([
      ['f1:min=0.6', 'head'],
      ['f1:min=0.5', 'base'],
      [RULE, 'base'],
    ]);
  });

  test('a rule is annotated where the head has it, and nowhere when the head dropped it', () => {
    const at = (line: number): RuleResult => {
      const result = resultOf(RULE, 'pass');
      return { ...result, rule: { ...result.rule, line } };
    };
    expect(mergeResults([at(3)], [at(9)])[0]?.rule.line).toBe(9);
    expect(mergeResults([at(3)], [])[0]?.rule.line).toBeNull();
  });

  test('the same rule in other words is listed once', () => {
    expect(
      mergeResults([resultOf('auc:max-drop=0.5%', 'pass')], [resultOf('roc_auc:max-drop=0.5%', 'fail')]),
    ).toHaveLength(1);
  });

  test('verdicts are the same whichever policy comes first, and never better than either alone', () => {
    const verdicts = (results: readonly RuleResult[]) => results.map(({ verdict }) => ORDER.indexOf(verdict));
    fc.assert(
      fc.property(anyResults, anyResults, (base, head) => {
        const merged = verdicts(mergeResults(base, head));
        expect(merged).toEqual(verdicts(mergeResults(head, base)));
        expect(merged[0] ?? ORDER.length).toBe(Math.min(...verdicts(base), ...verdicts(head), ORDER.length));
      }),
    );
  });
});

test('a policy reads as the rules of the command line and how they are judged', () => {
  expect(describePolicy(policyWith(['auc:max-drop=2%,level=warn', 'f1[a=b]:min=0.5']))).toBe(
    'auc:max-drop=2%,level=warn\nf1[a=b]:min=0.5\nalpha 0.05 per side, on-inconclusive warn, on-rows-changed error, baseline auto',
  );
  expect(describePolicy(policyWith([], { seeds: [1, 2, 3, 4, 5] }))).toContain(', repeats 5 (seeds 1 to 5)');
  expect(describePolicy(policyWith([], { dryRun: true, onInconclusive: 'block' }))).toBe(
    'no rules\nalpha 0.05 per side, on-inconclusive block, on-rows-changed error, baseline auto, dry-run',
  );
});
