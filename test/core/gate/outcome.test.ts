import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aggregate, decide, outcomeOf, type Situation } from '../../../src/core/gate/outcome.ts';
import type { OutcomeKind, PolicyChange, RuleResult, Verdict } from '../../../src/core/gate/types.ts';
import { resultOf } from './build.ts';

const DROP = 'roc_auc:max-drop=0.005';
const BAR = 'accuracy:min=0.9';
const WARNING = 'f1:min=0.5,level=warn';
const LOOSER: PolicyChange = { what: 'roc_auc:max-drop', base: '0.005', head: '0.02', effect: 'loosened' };

const situation = (over: Partial<Situation> = {}): Situation => ({
  policy: { onInconclusive: 'warn', dryRun: false },
  adoption: false,
  hasBaseline: true,
  loosened: [],
  ...over,
});

describe('kind, conclusion and exit code', () => {
  test.each<[OutcomeKind, string, number, Verdict | null]>([
    ['fail', 'failure', 1, 'fail'],
    ['error', 'failure', 2, 'error'],
    ['upstream', 'failure', 3, null],
    ['blocked', 'action_required', 4, 'inconclusive'],
    ['cancelled', 'cancelled', 130, null],
    ['inconclusive', 'neutral', 0, 'inconclusive'],
    ['adoption', 'neutral', 0, null],
    ['dry-run', 'neutral', 0, null],
    ['not-judged', 'neutral', 0, null],
    ['no-rules', 'neutral', 0, null],
    ['warn', 'success', 0, 'fail'],
    ['pass', 'success', 0, 'pass'],
  ])('%s concludes %s and exits with %i', (kind, conclusion, exit, verdict) => {
    expect(outcomeOf(kind, 'Why.')).toEqual({ kind, conclusion, exit, verdict, sentence: 'Why.' });
  });
});

describe('one model', () => {
  const row = (
    title: string,
    results: RuleResult[],
    over: Partial<Situation>,
    kind: OutcomeKind,
    verdict: Verdict | null,
  ) => [title, results, over, kind, verdict] as const;
  const block = { policy: { onInconclusive: 'block' as const, dryRun: false } };
  const allow = { policy: { onInconclusive: 'allow' as const, dryRun: false } };
  const dry = { policy: { onInconclusive: 'block' as const, dryRun: true } };

  test.each([
    row('all rules hold', [resultOf(DROP, 'pass'), resultOf(BAR, 'pass')], {}, 'pass', 'pass'),
    row('one fails', [resultOf(BAR, 'pass'), resultOf(DROP, 'fail')], {}, 'fail', 'fail'),
    row('a failure outranks an error', [resultOf(BAR, 'error'), resultOf(DROP, 'fail')], {}, 'fail', 'fail'),
    row(
      'an error outranks blocking',
      [resultOf(BAR, 'inconclusive'), resultOf(DROP, 'error')],
      block,
      'error',
      'error',
    ),
    row(
      'inconclusive warns by default',
      [resultOf(DROP, 'inconclusive')],
      {},
      'inconclusive',
      'inconclusive',
    ),
    row('inconclusive is allowed', [resultOf(DROP, 'inconclusive')], allow, 'inconclusive', 'inconclusive'),
    row('inconclusive blocks', [resultOf(DROP, 'inconclusive')], block, 'blocked', 'inconclusive'),
    row('a warning fails', [resultOf(WARNING, 'fail'), resultOf(BAR, 'pass')], {}, 'warn', 'fail'),
    row('a warning never blocks', [resultOf(WARNING, 'inconclusive')], block, 'warn', 'inconclusive'),
    row('a warning that cannot be judged is an error', [resultOf(WARNING, 'error')], {}, 'error', 'error'),
    row(
      'no baseline, absolute rules hold',
      [resultOf(DROP, null), resultOf(BAR, 'pass')],
      {},
      'pass',
      'pass',
    ),
    row(
      'no baseline, an absolute rule fails',
      [resultOf(DROP, null), resultOf(BAR, 'fail')],
      {},
      'fail',
      'fail',
    ),
    row('no baseline, no absolute rule', [resultOf(DROP, null)], { hasBaseline: false }, 'not-judged', null),
    row('no rules', [], {}, 'no-rules', null),
    row('adoption blocks nothing', [resultOf(DROP, 'fail')], { adoption: true }, 'adoption', 'fail'),
    row(
      'adoption is neutral although all holds',
      [resultOf(DROP, 'pass')],
      { adoption: true },
      'adoption',
      'pass',
    ),
    row('a dry run blocks nothing', [resultOf(DROP, 'fail')], dry, 'dry-run', 'fail'),
    row('a dry run shows errors', [resultOf(DROP, 'error')], dry, 'dry-run', 'error'),
    row(
      'loosening fails although all holds',
      [resultOf(DROP, 'pass')],
      { loosened: [LOOSER] },
      'fail',
      'fail',
    ),
    row('loosening fails without any rule', [], { loosened: [LOOSER] }, 'fail', 'fail'),
    row('loosening outranks an error', [resultOf(DROP, 'error')], { loosened: [LOOSER] }, 'fail', 'fail'),
  ])('%s', (_title, results, over, kind, verdict) => {
    const outcome = decide(results, situation(over));
    expect(outcome).toMatchObject({ kind, verdict });
    expect(outcome).toMatchObject({
      conclusion: outcomeOf(kind, '').conclusion,
      exit: outcomeOf(kind, '').exit,
    });
  });

  const why = (verdict: Verdict | null, over: Partial<Situation> = {}, rule = DROP) =>
    decide([resultOf(rule, verdict)], situation(over)).sentence;

  test('the deciding rule is named first', () => {
    expect(why('fail')).toBe(`${DROP} fails: This is why.`);
    expect(why('error')).toBe(`${DROP} cannot be judged: This is why.`);
    expect(why('inconclusive')).toBe(`${DROP} is inconclusive: This is why.`);
    expect(why('pass')).toBe(`${DROP} holds: This is why.`);
    expect(why(null)).toBe(`${DROP} is not judged: This is why.`);
    expect(why('fail', {}, WARNING)).toBe(`${WARNING} fails, which only warns: This is why.`);
    expect(why('inconclusive', {}, WARNING)).toBe(
      `${WARNING} is inconclusive, which only warns: This is why.`,
    );
  });

  test('rules with the same answer are counted, and those that are not judged', () => {
    const results = [resultOf(BAR, 'pass'), resultOf('recall:min=0.5', 'pass'), resultOf(DROP, null)];
    expect(decide(results, situation()).sentence).toBe(
      `${BAR} holds: This is why. 1 more rule holds. 1 rule is not judged.`,
    );
    const failing = [
      resultOf(BAR, 'fail'),
      resultOf(DROP, 'fail'),
      resultOf('recall:min=0.5', 'fail'),
      resultOf(WARNING, 'pass'),
    ];
    expect(decide(failing, situation()).sentence).toBe(`${BAR} fails: This is why. 2 more rules fail.`);
  });

  test('no rules say whether there was a baseline', () => {
    expect(decide([], situation()).sentence).toBe(
      'There are no rules: values are compared and nothing is judged.',
    );
    expect(decide([], situation({ hasBaseline: false })).sentence).toBe(
      'There are no rules and no baseline: values are shown and nothing is judged.',
    );
  });

  test('what blocks nothing says why', () => {
    expect(why('fail', { adoption: true })).toMatch(
      / fails: .* The base has no policy yet, so nothing is blocked\.$/,
    );
    expect(why('fail', dry)).toMatch(/ fails: .* This is a dry run, so nothing is blocked\.$/);
  });

  test('a loosened policy is spelt out after a rule that fails, before one that holds', () => {
    const words = 'This change loosens its own gate: roc_auc:max-drop 0.005 → 0.02.';
    expect(why('pass', { loosened: [LOOSER] })).toBe(`${words} ${DROP} holds: This is why.`);
    expect(why('fail', { loosened: [LOOSER] })).toBe(`${DROP} fails: This is why. ${words}`);
    const many = Array.from({ length: 5 }, (_, i) => ({ ...LOOSER, what: `m${i}:min`, head: null }));
    expect(why('pass', { loosened: many })).toMatch(
      /^This change loosens its own gate: m0:min 0\.005 → removed; m1.*; m2:min 0\.005 → removed; and 2 more changes\./,
    );
  });
});

describe('several models', () => {
  const ORDER: OutcomeKind[] = [
    'fail',
    'error',
    'upstream',
    'blocked',
    'cancelled',
    'inconclusive',
    'warn',
    'pass',
  ];

  test('the worst kind decides, whatever the order of the models', () => {
    const kinds = fc.shuffledSubarray(ORDER, { minLength: 1 });
    fc.assert(
      fc.property(kinds, (picked) => {
        const worst = ORDER.find((kind) => picked.includes(kind));
        expect(
          aggregate(picked.map((kind) => ({ model: kind, outcome: outcomeOf(kind, 'Why.') }))).kind,
        ).toBe(worst);
      }),
    );
  });

  test.each<OutcomeKind>(['adoption', 'dry-run', 'not-judged', 'no-rules'])(
    '%s is neutral: above a warning, below cancelled',
    (kind) => {
      const models = (other: OutcomeKind) =>
        [other, kind].map((each) => ({ model: each, outcome: outcomeOf(each, '') }));
      expect(aggregate(models('warn')).kind).toBe(kind);
      expect(aggregate(models('cancelled')).kind).toBe('cancelled');
    },
  );

  test('the deciding model is named when there are several', () => {
    const [fail, pass] = [outcomeOf('fail', 'Too low.'), outcomeOf('pass', 'Fine.')];
    expect(
      aggregate([
        { model: 'a', outcome: pass },
        { model: 'b', outcome: fail },
      ]).sentence,
    ).toBe('b: Too low.');
    expect(aggregate([{ model: 'b', outcome: fail }])).toEqual(fail);
  });

  test('without a model nothing is judged', () => {
    expect(aggregate([])).toMatchObject({
      kind: 'no-rules',
      exit: 0,
      sentence: 'There is no model to judge.',
    });
  });
});
