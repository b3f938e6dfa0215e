import type { MetricRow } from '../../src/core/compare/types.ts';
import type { SliceResult } from '../../src/core/gate/types.ts';
import type { ModelReport, Report } from '../../src/report/types.ts';
import {
  change,
  modelReport,
  type OUTCOMES,
  outcome,
  POLICY,
  report,
  result,
  row,
  rule,
  slices,
} from './reports.ts';

/** Every name and separator that has broken a report somewhere. */
export const HOSTILE_NAMES = [
  'a | b',
  '`code` and ``more``',
  '@someone please',
  '@org/team',
  '<!-- trainyard -->',
  '</details>',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'line one\nline two\r\n# heading',
  'abc\u202Ecba\u202C\u2066x\u2069\u200F',
  '[click](https://evil.example/)',
  '![pic](https://evil.example/x.png)',
  'https://evil.example/?a=1&b=2',
  'www.evil.example',
  'mail me@evil.example',
  '#123 and owner/repo#1 and GH-1',
  'commit e83c5163316f89bfbde7d9ab23ca2e25604af290',
  '**bold** _it_ ~~gone~~ :tada:',
  '$\\color{green}\\text{PASS}$',
  '- item',
  '1. item',
  '> quote',
  '> [!TIP]',
  '---',
  '    indented',
  '\\',
  '\\| x',
  '&lt;b&gt; &copy;',
  '\u0000\u0007\u001b[31mred',
  'lone \uD800 half',
  '👩‍👩‍👧‍👦'.repeat(30),
  'x'.repeat(5000),
  '__proto__',
  'constructor',
  '',
  '::error::owned',
  '[^1]',
  '```',
  '<details><summary>x</summary>',
] as const;

function failing(): ModelReport {
  const values = { baseline: 0.75934, candidate: 0.74712 };
  return modelReport({
    outcome: outcome(
      'fail',
      'roc_auc fell by 0.0122, more than the 0.005 allowed, even at the best end of its interval.',
    ),
    comparison: {
      ...modelReport().comparison,
      metrics: [
        row('roc_auc', values.baseline, values.candidate),
        row('accuracy', 0.91204, 0.91188),
        row('log_loss', 0.23912, 0.25031, { direction: 'lower' }),
        row('brier', 0.06814, 0.0689, { direction: 'lower' }),
        row('precision', 0.6121, 0.6188),
        row('recall', 0.3302, 0.3302),
        ...slices(-0.0115),
      ],
    },
    rules: [
      result(
        rule('accuracy', 'min', 0.9, { line: 13 }),
        'pass',
        { baseline: 0.91204, candidate: 0.91188 },
        {
          interval: [0.91004, 0.91371],
          sentence: 'accuracy is 0.9119 (90 % interval 0.9100 to 0.9137), above the bar of 0.9.',
        },
      ),
      result(rule('roc_auc', 'max-drop', 0.005), 'fail', values, {
        interval: [-0.01461, -0.00983],
        mde: { pass: 0.0034, fail: 0.0061 },
        sentence: 'roc_auc fell by 0.0122 (90 % interval −0.0146 to −0.0098): more than the 0.005 allowed.',
      }),
      result(
        rule('log_loss', 'max-rise', 0.02, { relative: true, level: 'warn', line: 14 }),
        'fail',
        { baseline: 0.23912, candidate: 0.25031 },
        {
          interval: [-0.0092, -0.0036],
          estimate: -0.0064,
          margin: 0,
          sentence: 'log_loss rose by 4.7 %, more than the 2 % allowed.',
        },
      ),
    ],
  });
}

function inconclusive(): ModelReport {
  const values = { baseline: 0.75934, candidate: 0.75487 };
  return modelReport({
    outcome: outcome(
      'inconclusive',
      'roc_auc: too few rows. The drop of 0.0045 may or may not exceed the 0.005 allowed.',
    ),
    comparison: {
      ...modelReport().comparison,
      metrics: [row('roc_auc', values.baseline, values.candidate), row('recall', 0.3302, 0.3302)],
    },
    rules: [
      result(rule('roc_auc', 'max-drop', 0.005), 'inconclusive', values, {
        interval: [-0.00681, -0.00214],
        mde: { pass: 0.0034, fail: 0.0061 },
        sentence: 'Too few rows: the 90 % interval of the change, −0.0068 to −0.0021, contains −0.005.',
      }),
    ],
  });
}

function notANumber(): ModelReport {
  return modelReport({
    outcome: outcome('error', 'roc_auc of the candidate is not a number, so it cannot be judged.'),
    comparison: {
      ...modelReport().comparison,
      metrics: [
        row('roc_auc', 0.75934, null, { state: 'nan' }),
        row('log_loss', 0.23912, null, { state: 'inf', direction: 'lower' }),
        row('lift', 2.1, null),
      ],
    },
    rules: [
      result(
        rule('roc_auc', 'max-drop', 0.005),
        'error',
        { baseline: 0.75934, candidate: null },
        {
          state: 'nan',
          estimate: null,
          seed: null,
          method: 'point',
          n: null,
          sentence: 'The candidate’s roc_auc is not a number.',
        },
      ),
    ],
  });
}

const NO_BASELINE_REFUSALS = [
  'No record of e83c516331 in the ledger.',
  'A worktree of e83c516331 could not be trained: its trainyard.yml names a stage without a command.',
];

function withoutBaseline(): ModelReport {
  return modelReport({
    outcome: outcome(
      'not-judged',
      'There is no baseline, so roc_auc could not be judged; no absolute rule is set.',
    ),
    comparison: {
      ...modelReport().comparison,
      metrics: [row('roc_auc', null, 0.76581), row('accuracy', null, 0.91388)],
      params: [],
      inputs: [],
      environment: [],
    },
    rules: [
      result(
        rule('roc_auc', 'max-drop', 0.005),
        null,
        { baseline: null, candidate: 0.76581 },
        {
          state: 'no-baseline',
          estimate: null,
          seed: null,
          method: 'point',
          sentence: 'Not judged: there is no baseline.',
        },
      ),
    ],
    baseline: null,
    refusals: NO_BASELINE_REFUSALS,
    history: {},
  });
}

function adoption(): ModelReport {
  return {
    ...modelReport(),
    outcome: outcome(
      'adoption',
      'The base has no trainyard.yml yet: this change’s rules are shown and block nothing.',
    ),
    notes: ['Once this is merged, its rules judge the changes that follow.'],
  };
}

function loosened(): ModelReport {
  const whole = failing();
  const drop = whole.rules.find((r) => r.rule.kind === 'max-drop');
  if (drop === undefined) throw new Error('the failing case has a max-drop rule');
  return {
    ...whole,
    outcome: outcome('fail', 'This change loosens its own gate: roc_auc may drop by 0.02 instead of 0.005.'),
    rules: [
      { ...drop, policy: 'base' },
      { ...drop, policy: 'head', verdict: 'pass', rule: rule('roc_auc', 'max-drop', 0.02) },
      ...whole.rules.filter((r) => r !== drop),
    ],
    policyChanges: [
      { what: 'accuracy:min', base: '0.9', head: '0.91', effect: 'tightened' },
      { what: 'roc_auc:max-drop', base: '0.005', head: '0.02', effect: 'loosened' },
      { what: 'predictions.min-slice-rows', base: null, head: '200', effect: 'neutral' },
    ],
  };
}

function fileOnly(): ModelReport {
  const over = { n: null };
  return modelReport({
    outcome: outcome(
      'pass',
      'Both rules hold, judged by plain values: there are no predictions to judge intervals by.',
    ),
    comparison: {
      ...modelReport().comparison,
      metrics: [
        row('val_loss', 0.412, 0.4123, { ...over, direction: 'lower' }),
        row('bleu', 31.24, 31.871, over),
        row('parameters', 124_439_808, 125_018_112, { ...over, direction: null }),
        row('learning_rate_end', 0.0000021, 0.0000018, { ...over, direction: null }),
      ],
      comparability: {
        ...modelReport().comparison.comparability,
        rows: 'unknown',
        notes: ['Neither side has predictions: values are compared as the files give them.'],
      },
    },
    rules: [
      result(
        rule('bleu', 'max-drop', 0.5, { judge: 'point' }),
        'pass',
        { baseline: 31.24, candidate: 31.871 },
        { method: 'point', n: null, seed: null, sentence: 'bleu rose by 0.631.' },
      ),
      result(
        rule('val_loss', 'max-rise', 0.01, { relative: true }),
        'pass',
        { baseline: 0.412, candidate: 0.4123 },
        {
          method: 'point',
          n: null,
          seed: null,
          sentence: 'val_loss rose by 0.07 %, within the 1 % allowed.',
        },
      ),
    ],
    history: {},
  });
}

/** Every place a stranger's text can reach, filled with every hostile name. */
/** A rule that holds over all rows and is short on one slice of five; a name among them tries to break out. */
function sliced(): ModelReport {
  const family = (['EWR', 'JFK', 'LGA', HOSTILE_NAMES[6], HOSTILE_NAMES[0]] as const).map(
    (name, at): SliceResult => {
      const estimate = at === 1 ? -0.0412 : -0.001 * at;
      return {
        slice: `origin=${name}`,
        n: 4100 + 700 * at,
        candidate: 0.75 + estimate,
        baseline: 0.75,
        method: 'delong',
        estimate,
        interval: [estimate - 0.008, estimate + 0.008],
        bound: at === 4 ? null : estimate - 0.0113,
        verdict: at === 1 ? 'fail' : 'pass',
        marked: at === 1,
      };
    },
  );
  const judged = result(
    rule('roc_auc', 'max-drop', 0.02),
    'pass',
    { baseline: 0.75, candidate: 0.743 },
    { sentence: 'roc_auc fell by 0.0070. A drop of up to 0.02 is allowed.' },
  );
  const slices = { level: 0.01, slices: family, worst: 'origin=JFK' };
  return modelReport({ rules: [{ ...judged, slices }] });
}

function hostile(): ModelReport {
  const base = modelReport();
  return modelReport({
    model: 'model </details> | `x` @someone #1',
    outcome: outcome('fail', `Reasons: ${HOSTILE_NAMES.slice(0, 24).join(' ; ')}`),
    comparison: {
      ...base.comparison,
      metrics: HOSTILE_NAMES.flatMap((name): MetricRow[] => [
        row(name, 0.5, 0.4),
        row('accuracy', 0.5, 0.4, { slice: `col=${name}` }),
        row('f1', 0.5, 0.4, { class: name }),
      ]),
      params: HOSTILE_NAMES.map((name) => change('param', name, name, null)),
      inputs: HOSTILE_NAMES.map((name) => change('input', name, null, name)),
      environment: HOSTILE_NAMES.map((name) => change('environment', name, name, name)),
      comparability: { ...base.comparison.comparability, notes: HOSTILE_NAMES.map((name) => `note ${name}`) },
      warnings: HOSTILE_NAMES.map((name) => `warning ${name}`),
    },
    rules: HOSTILE_NAMES.map((name) =>
      result(
        rule(name, 'max-drop', 0.01, { slice: `col=${name}`, against: name }),
        'fail',
        { baseline: 0.5, candidate: 0.4 },
        { interval: [-0.2, -0.05], sentence: `${name} fell.`, seed: name },
      ),
    ),
    policy: { ...POLICY, baseline: '<!-- --> @someone' },
    policyChanges: HOSTILE_NAMES.map((name) => ({ what: name, base: name, head: name, effect: 'loosened' })),
    candidate: {
      ...base.candidate,
      how: '@someone',
      id: '`|`',
      sha: '</td>',
      url: 'javascript:alert(1)',
      engine: '<b>',
      trust: '|',
      finished: '@x',
      runKey: '||',
      environment: '`',
      rowsDigest: '<',
    },
    refusals: [...HOSTILE_NAMES],
    history: Object.fromEntries(HOSTILE_NAMES.map((name) => [name, [1, 2, 3]])),
    stages: HOSTILE_NAMES.map((name) => ({ name, result: name, seconds: 1 })),
    notes: [...HOSTILE_NAMES],
  });
}

export function manyMetrics(count: number): ModelReport {
  const rows = Array.from({ length: count }, (_, at) =>
    row(`metric_${String(at).padStart(4, '0')}`, 0.5, 0.5 + (at % 5 === 0 ? 0 : (at % 7) - 3.5) / 1000),
  );
  return modelReport({ comparison: { ...modelReport().comparison, metrics: rows } });
}

function twoModels(): Report {
  const second = { ...failing(), model: 'arrivals' };
  return report([modelReport(), second], { outcome: outcome('fail', '1 of 2 models fails: arrivals.') });
}

function each(kind: keyof typeof OUTCOMES, sentence: string): Report {
  return report([{ ...modelReport(), outcome: outcome(kind, sentence) }]);
}

/** Reports whose renderings are kept under test/golden/. */
export const CASES: Readonly<Record<string, () => Report>> = {
  pass: () =>
    report([modelReport()], {
      links: {
        run: 'https://github.com/example/flights/actions/runs/1',
        report: null,
        docs: 'https://example.com/docs',
      },
    }),
  fail: () => report([failing()]),
  inconclusive: () => report([inconclusive()]),
  'error-nan': () => report([notANumber()]),
  'no-baseline': () => report([withoutBaseline()]),
  adoption: () => report([adoption()]),
  'loosened-policy': () => report([loosened()]),
  'two-models': twoModels,
  'hostile-names': () =>
    report([hostile()], {
      project: '<script>@someone',
      version: '`|`',
      links: {
        run: 'javascript:alert(1)',
        report: '.trainyard/report.html',
        docs: 'https://x.example/a)b(c|d`e',
      },
    }),
  'file-only': () => report([fileOnly()]),
  slices: () => report([sliced()]),
  'dry-run': () => each('dry-run', 'Dry run: roc_auc would fail.'),
  upstream: () => each('upstream', 'The remote did not answer; this is no verdict on the model.'),
};
