import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderComment } from '../../src/report/comment.ts';
import { renderSummary } from '../../src/report/summary.ts';
import type { ModelReport, Report } from '../../src/report/types.ts';
import { CASES, HOSTILE_NAMES, manyMetrics } from './cases.ts';
import { parseMarkdown } from './markdown-tree.ts';
import { change, modelReport, OUTCOMES, outcome, report, result, row, rule } from './reports.ts';

const MARKER = '<!-- trainyard:report -->';
const LIMIT = 60_000;

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

/** What must hold of any rendering: nothing cut, nothing left open. */
function expectWhole(text: string): void {
  expect(text).not.toMatch(/\p{Cs}/u);
  expect(count(text, /^<details>$/gm)).toBe(count(text, /^<\/details>$/gm));
  expect(count(text, /<sub>/g)).toBe(count(text, /<\/sub>/g));
  expect(text.endsWith('\n')).toBe(true);
  for (const line of text.split('\n')) {
    if (line.startsWith('|')) expect(line.endsWith('|')).toBe(true);
  }
}

function hostileModel(metrics: number, rules: number): ModelReport {
  const nameOf = (at: number) => `${HOSTILE_NAMES[at % HOSTILE_NAMES.length]}${at}${'$|'.repeat(80)}`;
  return modelReport({
    comparison: {
      ...modelReport().comparison,
      metrics: Array.from({ length: metrics }, (_, at) =>
        row(nameOf(at), 0.5, 0.4, at % 3 === 0 ? { slice: nameOf(at) } : {}),
      ),
      params: Array.from({ length: metrics }, (_, at) => change('param', nameOf(at), nameOf(at), null)),
    },
    rules: Array.from({ length: rules }, (_, at) =>
      result(
        rule(nameOf(at), 'max-drop', 0.01),
        'fail',
        { baseline: 0.5, candidate: 0.4 },
        { sentence: nameOf(at).repeat(9) },
      ),
    ),
    notes: Array.from({ length: metrics }, (_, at) => nameOf(at)),
  });
}

describe('the comment', () => {
  test.each(Object.keys(CASES))(
    'of case %s starts with the marker, then the verdict, and is whole',
    (name) => {
      const text = renderComment((CASES[name] as () => Report)(), MARKER);

      expect(text.startsWith(`${MARKER}\n> [!`)).toBe(true);
      expect(count(text, /<!--/g)).toBe(1);
      expect(text.length).toBeLessThanOrEqual(LIMIT);
      expectWhole(text);
    },
  );

  test.each([
    ['pass', 'TIP', 'Pass'],
    ['warn', 'WARNING', 'Pass with a warning'],
    ['fail', 'CAUTION', 'Fail'],
    ['error', 'CAUTION', 'Error'],
    ['upstream', 'WARNING', 'No verdict'],
    ['blocked', 'WARNING', 'Inconclusive, which blocks'],
    ['cancelled', 'NOTE', 'Cancelled'],
    ['inconclusive', 'WARNING', 'Inconclusive'],
    ['adoption', 'NOTE', 'Adoption'],
    ['dry-run', 'NOTE', 'Dry run'],
    ['not-judged', 'NOTE', 'Not judged'],
    ['no-rules', 'NOTE', 'Compared'],
  ] as const)('says %s in an alert, in words, with the reason next', (kind, alert, word) => {
    const model = modelReport({ outcome: outcome(kind, 'Because of this.') });

    const text = renderComment(report([model]), MARKER);

    expect(text).toContain(`> [!${alert}]\n> **${word}** · \`delays\`\n>\n> Because of this.\n`);
  });

  test('covers every kind of outcome there is', () => {
    expect(Object.keys(OUTCOMES)).toHaveLength(12);
  });

  test('lists rules worst first', () => {
    const values = { baseline: 0.5, candidate: 0.4 };
    const rules = (['pass', null, 'inconclusive', 'error', 'fail'] as const).map((verdict) =>
      result(rule(`metric_${verdict}`, 'max-drop', 0.01), verdict, values, {}),
    );

    const text = renderComment(report([modelReport({ rules })]), MARKER);

    const order = [...text.matchAll(/^\| [^|]*metric_(\w+)|^\| [^|]*\| `metric_(\w+)`/gm)].map(
      (m) => m[1] ?? m[2],
    );
    expect(order).toEqual(['fail', 'error', 'inconclusive', 'null', 'pass']);
  });

  test('lists changed metrics worst first and folds the unchanged with their count', () => {
    const metrics = [
      row('same_one', 1, 1),
      row('better', 0.5, 0.6),
      row('bad', 0.5, 0.49),
      row('unknown_way', 1, 2, { direction: null }),
      row('worst', 0.5, 0.3),
      row('broken', 0.5, null, { state: 'nan' }),
      row('same_two', 2, 2),
    ];
    const model = modelReport({
      rules: [],
      stages: [],
      comparison: { ...modelReport().comparison, metrics },
    });

    const text = renderComment(report([model]), MARKER);

    expect([...text.matchAll(/^\| `(\w+)` \|/gm)].map((m) => m[1])).toEqual([
      'broken',
      'worst',
      'bad',
      'unknown_way',
      'better',
      'same_one',
      'same_two',
    ]);
    expect(text).toContain('<summary>2 unchanged metrics</summary>');
    expect(text).toContain('**not a number**');
  });

  test('names the worst slice on the fold itself, escaped', () => {
    const metrics = [
      row('auc', 0.8, 0.7, { slice: 'a=</summary>' }),
      row('auc', 0.8, 0.79, { slice: 'a=b' }),
      row('auc', 0.8, 0.8, { slice: 'a=c' }),
    ];

    const text = renderComment(
      report([modelReport({ comparison: { ...modelReport().comparison, metrics } })]),
      MARKER,
    );

    expect(text).toContain(
      '<summary>2 of 3 slices moved, the worst <code>a=&lt;/summary&gt;</code>: <code>auc</code> −0.1000</summary>',
    );
  });

  test('drops columns that have nothing in them', () => {
    const text = renderComment((CASES['no-baseline'] as () => Report)(), MARKER);

    expect(text).toContain('| Verdict | Rule | Candidate |');
    expect(text).toContain('There is no baseline:');
  });

  test('puts several models worst first, the passing ones folded', () => {
    const text = renderComment((CASES['two-models'] as () => Report)(), MARKER);

    expect(text).toContain('> **Fail** · 2 models: 1 fail, 1 pass');
    expect(text.indexOf('### ❌ `arrivals`: fail')).toBeLessThan(
      text.indexOf('<summary>✅ <code>delays</code>: pass</summary>'),
    );
  });

  test('does not look a metric up on a prototype', () => {
    const rules = ['constructor', '__proto__', 'toString'].map((name) =>
      result(rule(name, 'min', 0), 'pass', { baseline: 1, candidate: 1 }, {}),
    );

    expect(() => renderComment(report([modelReport({ rules })]), MARKER)).not.toThrow();
  });
});

describe('size', () => {
  test('2,000 metrics fit, and what is left out is said with its place', () => {
    const text = renderComment(report([manyMetrics(2000)]), MARKER);

    expect(text.length).toBeLessThanOrEqual(LIMIT);
    expect(text).toContain('**Shortened.** Left out here to fit: ');
    expect(text).toContain('All of it: the job summary.');
    const listed = count(text, /^\| `metric_\d{4}` \|/gm);
    expect(text).toContain('<summary>1,588 more changed metrics</summary>');
    expect(text).toContain(
      `${(1600 - listed).toLocaleString('en-US')} more changed metrics not listed here.`,
    );
    expectWhole(text);
  });

  test('the summary has all 2,000 of them', () => {
    const text = renderSummary(report([manyMetrics(2000)]));

    expect(count(text, /^\| `metric_\d{4}` \|/gm)).toBe(2000);
    expect(text).not.toContain('Shortened');
  });

  test('5,000 metrics with hostile names stay under a million bytes', () => {
    const text = renderSummary(report([hostileModel(5000, 10)]));

    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_000_000);
    expectWhole(text);
  });

  test('each tier keeps the verdict and is whole', () => {
    const sizes = [0, 20, 60, 200, 2000];
    const texts = sizes.map((size) => renderComment(report([hostileModel(size, size)]), MARKER));

    for (const text of texts) {
      expect(text.length).toBeLessThanOrEqual(LIMIT);
      expect(text).toContain('> **Pass** · `delays`');
      expectWhole(text);
    }
    const notes = texts.map((text) => /Left out here to fit: (.*?)\. All/.exec(text)?.[1] ?? 'nothing');
    expect(new Set(notes).size).toBeGreaterThanOrEqual(3);
    expect(notes.at(-1)).toBe('everything but the verdicts');
  });

  test('a thousand models come down to lines, the rest counted', () => {
    const models = Array.from({ length: 1000 }, (_, at) => ({ ...modelReport(), model: `model-${at}` }));

    const text = renderComment(report(models), MARKER);

    expect(text.length).toBeLessThanOrEqual(LIMIT);
    const lines = count(text, /^✅ \*\*Pass\*\* · `model-\d+`/gm);
    expect(lines).toBeGreaterThan(300);
    expect(text).toContain(`and ${1000 - lines} more models`);
    expectWhole(text);
  });

  test('any names and sizes give a comment that fits and parses into our constructs', () => {
    const name = fc.oneof(fc.constantFrom(...HOSTILE_NAMES), fc.string({ unit: 'binary', maxLength: 300 }));
    fc.assert(
      fc.property(fc.array(name, { maxLength: 60 }), name, (names, model) => {
        const metrics = names.map((text, at) =>
          row(text, 0.5, at % 2 ? 0.4 : 0.5, at % 3 ? { slice: text } : {}),
        );
        const rules = names
          .slice(0, 9)
          .map((text) =>
            result(rule(text, 'min', 0.5), 'fail', { baseline: 1, candidate: 0 }, { sentence: text }),
          );

        const text = renderComment(
          report([
            modelReport({ model, rules, notes: names, comparison: { ...modelReport().comparison, metrics } }),
          ]),
          MARKER,
        );

        expect(text.length).toBeLessThanOrEqual(LIMIT);
        expectWhole(text);
        const kinds = new Set(parseMarkdown(text).children?.map((node) => node.type));
        expect(
          [...kinds].filter(
            (kind) => !['html', 'blockquote', 'table', 'paragraph', 'heading', 'list'].includes(kind),
          ),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
