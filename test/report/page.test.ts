import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderCheck } from '../../src/report/check.ts';
import { renderComment } from '../../src/report/comment.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderPage } from '../../src/report/page.ts';
import { renderSummary } from '../../src/report/summary.ts';
import type { Report } from '../../src/report/types.ts';
import { CASES } from './cases.ts';

const TAG = /<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>/g;
const VOID = new Set(['meta', 'br']);
const ELEMENTS = new Set(
  'html head meta title style body main header h1 nav a p section h2 strong span div details summary table thead tbody tr th td ul li h3 h4 code sub br'.split(
    ' ',
  ),
);

function pageOf(name: string): string {
  const report = (CASES[name] as () => Report)();
  const check = renderCheck(report, null, 'trainyard.yml');
  return renderPage(report, {
    comment: renderComment(report, '<!-- marker -->'),
    summary: renderSummary(report),
    check,
  });
}

/** Every `<` opens a known element, and elements close in order. */
function expectWellFormed(page: string): void {
  const body = page.replace('<!doctype html>', '').replace(/<style>[^<]*<\/style>/, '');
  expect(body.replace(TAG, '')).not.toMatch(/[<>]/);
  const open: string[] = [];
  for (const [, slash, name = ''] of body.matchAll(TAG)) {
    expect(ELEMENTS).toContain(name);
    if (VOID.has(name)) continue;
    if (slash === '/') expect(open.pop()).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
}

describe('the page', () => {
  test.each(Object.keys(CASES))('of case %s is well formed, with known elements only', (name) => {
    expectWellFormed(pageOf(name));
  });

  test.each(Object.keys(CASES))('of case %s loads nothing and runs nothing', (name) => {
    const page = pageOf(name);

    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/url\(|@import/i);
    for (const [, , , attributes = ''] of page.matchAll(TAG)) {
      expect(
        attributes.replace(
          / (?:charset|http-equiv|content|name|lang|class|id|tabindex|href|rel)="[^"]*"/g,
          '',
        ),
      ).toBe('');
    }
    for (const [, href] of page.matchAll(/ href="([^"]*)"/g))
      expect(href).toMatch(/^(?:https:\/\/|#(?:comment|check|summary)$)/);
  });

  test('shows the three pieces and adapts to dark mode and small screens', () => {
    const page = pageOf('fail');

    for (const id of ['comment', 'check', 'summary']) expect(page).toContain(`id="${id}"`);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('name="viewport"');
  });
});

describe('our Markdown as HTML', () => {
  test.each([
    [
      '> [!CAUTION]\n> **Fail** · `x`\n>\n> why',
      '<div class="alert caution">\n<p class="alert-title">Caution</p>\n<p><strong>Fail</strong> · <code>x</code></p>\n<p>why</p>\n</div>',
    ],
    ['> [!EVIL]\n> x', '<blockquote>\n<p>[!EVIL]\nx</p>\n</blockquote>'],
    ['### a \\_ b', '<h3>a _ b</h3>'],
    ['- a\n- b', '<ul>\n<li>a</li>\n<li>b</li>\n</ul>'],
    [
      '| a | b |\n| :- | -: |\n| 1 | 2 |',
      '<div class="scroll" tabindex="0"><table>\n<thead><tr><th>a</th><th class="number">b</th></tr></thead>\n<tbody>\n<tr><td>1</td><td class="number">2</td></tr>\n</tbody>\n</table></div>',
    ],
    [
      '[run](https://x.example/?a=1&amp;b=2)',
      '<p><a href="https://x.example/?a=1&amp;b=2" rel="noopener noreferrer nofollow">run</a></p>',
    ],
    [
      '<details>\n<summary>2 <code>a&lt;</code></summary>\n\nx\n\n</details>',
      '<details>\n<summary>2 <code>a&lt;</code></summary>\n<p>x</p>\n</details>',
    ],
    ['<!-- marker -->', ''],
    ['&#124; &amp; &#8203;', '<p>&#124; &amp; &#8203;</p>'],
    ['`<b>` <b> <sub>x</sub> a<br>b', '<p><code>&lt;b&gt;</code> &lt;b&gt; <sub>x</sub> a<br>b</p>'],
  ])('%j', (markdown, expected) => {
    expect(renderMarkdown(markdown)).toBe(expected);
  });

  test('whatever comes in, no element but our own comes out', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '<script>',
      '"',
      "'",
      '`',
      '**',
      '[a](https://x.example/"onx=")',
      '[a](javascript:x)',
      '| ',
      '\n',
      '> ',
      '- ',
      '<img src=x>',
      '<summary>',
      '</summary>',
      '&',
      '&lt;',
      '\\',
      '### ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 20 }), (parts) => {
        const page = renderMarkdown(parts.join(''));

        expect(page.replace(TAG, '')).not.toMatch(/[<>]/);
        for (const [, , name, attributes] of page.matchAll(TAG)) {
          expect([...ELEMENTS, 'blockquote']).toContain(name);
          expect(attributes).toMatch(
            /^(?: class="[a-z -]+"| tabindex="0"| href="https:\/\/[^"]*"| rel="noopener noreferrer nofollow")*$/,
          );
        }
      }),
      { numRuns: 1000 },
    );
  });
});
