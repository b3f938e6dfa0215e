import { describe, expect, test } from '@jest/globals';
import { renderCheck } from '../../src/report/check.ts';
import type { Report } from '../../src/report/types.ts';
import { CASES, HOSTILE_NAMES, manyMetrics } from './cases.ts';
import { modelReport, outcome, POLICY, report, result, rule } from './reports.ts';

function caseOf(name: string): Report {
  return (CASES[name] as () => Report)();
}

describe('the check', () => {
  test.each([
    ['fail', 'Fail: roc_auc max-drop 0.005', 'failure'],
    ['error-nan', 'Error: roc_auc max-drop 0.005', 'failure'],
    ['inconclusive', 'Inconclusive: roc_auc max-drop 0.005', 'neutral'],
    ['two-models', 'Fail: roc_auc max-drop 0.005 (arrivals)', 'failure'],
    ['pass', 'Pass: All 2 rules hold: roc_auc rose by 0.0065, and accuracy is at least 0.9.', 'success'],
    ['upstream', 'No verdict: The remote did not answer; this is no verdict on the model.', 'failure'],
  ])('of case %s is titled %s and concludes %s', (name, title, conclusion) => {
    const check = renderCheck(caseOf(name), null, 'trainyard.yml');

    expect([check.title, check.conclusion]).toEqual([title, conclusion]);
  });

  test('of one model speaks of that model alone', () => {
    const two = caseOf('two-models');
    const passing = two.models.find((model) => model.model === 'delays') ?? null;

    const check = renderCheck(two, passing, 'trainyard.yml');

    expect(check.conclusion).toBe('success');
    expect(check.summary + check.text).not.toContain('arrivals');
    expect(check.annotations).toEqual([]);
  });

  test('lists every model in the summary, worst first', () => {
    const { summary } = renderCheck(caseOf('two-models'), null, null);

    expect(summary.indexOf('`arrivals`')).toBeGreaterThan(0);
    expect(summary.indexOf('`arrivals`')).toBeLessThan(summary.indexOf('`delays`'));
  });

  test('stays within GitHub’s limits, whatever the report', () => {
    const many = Array.from({ length: 3000 }, (_, at) => ({
      ...modelReport(),
      model: `${HOSTILE_NAMES[at % 30]}${at}`,
    }));
    for (const big of [report([manyMetrics(5000)]), report(many), caseOf('hostile-names')]) {
      const check = renderCheck(big, null, 'trainyard.yml');

      expect(Buffer.byteLength(check.summary)).toBeLessThanOrEqual(65_535);
      expect(Buffer.byteLength(check.text)).toBeLessThanOrEqual(65_535);
      expect(check.title.length).toBeLessThanOrEqual(140);
      for (const annotation of check.annotations) expect(annotation.title.length).toBeLessThanOrEqual(255);
    }
  });
});

describe('annotations', () => {
  test('stand on the lines of the rules that did not pass, red only where they block', () => {
    const { annotations } = renderCheck(caseOf('fail'), null, './conf/trainyard.yml');

    expect(annotations.map((a) => [a.path, a.line, a.level, a.title])).toEqual([
      ['conf/trainyard.yml', 12, 'failure', 'fail: roc_auc max-drop 0.005'],
      ['conf/trainyard.yml', 14, 'warning', 'fail: log_loss max-rise 2 %'],
    ]);
    expect(annotations[0]?.message).toMatch(/^delays: roc_auc fell by 0\.0122/);
  });

  test.each([
    ['warn', 'inconclusive', 'neutral', 'warning'],
    ['block', 'blocked', 'action_required', 'failure'],
  ] as const)(
    'of an inconclusive rule under on-inconclusive: %s are %s → %s: %s',
    (onInconclusive, kind, conclusion, level) => {
      const rules = [
        result(rule('auc', 'max-drop', 0.01), 'inconclusive', { baseline: 1, candidate: 0.99 }, {}),
      ];
      const model = modelReport({
        rules,
        outcome: outcome(kind, 'Too few rows.'),
        policy: { ...POLICY, onInconclusive },
      });

      const check = renderCheck(report([model]), null, 'trainyard.yml');

      expect(check.conclusion).toBe(conclusion);
      expect(check.annotations.map((a) => a.level)).toEqual([level]);
    },
  );

  test('are left out for rules without a line', () => {
    const rules = [result(rule('auc', 'min', 1, { line: null }), 'fail', { baseline: 1, candidate: 0 }, {})];

    expect(renderCheck(report([modelReport({ rules })]), null, 'trainyard.yml').annotations).toEqual([]);
  });

  test.each([null, '/etc/trainyard.yml', 'C:\\x\\trainyard.yml', '../trainyard.yml', 'a/../../b.yml', ''])(
    'are left out where the path is %p',
    (path) => {
      expect(renderCheck(caseOf('fail'), null, path).annotations).toEqual([]);
    },
  );

  test('are one line each, without hidden characters', () => {
    for (const annotation of renderCheck(caseOf('hostile-names'), null, 'trainyard.yml').annotations) {
      expect(annotation.title + annotation.message).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    }
  });
});
