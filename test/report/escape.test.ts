import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  attribute,
  code,
  codeLink,
  cut,
  html,
  inline,
  link,
  logLine,
  plain,
} from '../../src/report/escape.ts';
import { HOSTILE_NAMES } from './cases.ts';
import { type Node, nodesOf, parseMarkdown } from './markdown-tree.ts';

const PIECES = [
  '|',
  '\\|',
  '`',
  '``',
  '*',
  '**',
  '_',
  '__',
  '~~',
  '[',
  ']',
  '](',
  '(',
  ')',
  '<',
  '>',
  '<!--',
  '-->',
  '</details>',
  '<b>',
  '@user',
  '@org/team',
  '#1',
  'a/b#2',
  'GH-3',
  'CVE-2024-1',
  'https://x.example/',
  'ftp://x',
  'www.x.example',
  'a@b.example',
  'deadbeefcafe',
  '1234567',
  ':tada:',
  ':+1:',
  '$x$',
  '$$',
  '&amp;',
  '&#64;',
  '&',
  ';',
  '\\',
  '\n',
  '\r\n',
  '# ',
  '- ',
  '+ ',
  '1. ',
  '2) ',
  '=',
  '---',
  '> ',
  '    ',
  '\t',
  '![',
  '[^1]',
  '[ ] ',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u0000',
  '\u001b[31m',
  '\ud800',
  '\udc00',
  '👩‍👩‍👧',
  'é',
  'a',
  'roc_auc',
  ' ',
  '0.5',
  '::',
  '##[group]',
  '"',
  "'",
];

const markup = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

/** Liquid tags are an addition of the parser, not of GitHub. */
const TEXT = new Set(['text', 'liquidNode', 'sentence', 'word', 'whitespace']);

function shownText(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      expect(node.type === 'html' ? node.value : node.type).toMatch(/^(?:text|liquidNode|<span>|<\/span>)$/);
      return TEXT.has(node.type) ? (node.value ?? '') : '';
    })
    .join('');
}

/** What GitHub's filters would turn into something, looked for in the text as they see it. */
const FILTERS: readonly RegExp[] = [
  /@[\w-]/,
  /#\d/,
  /\bgh-\d/i,
  /[0-9a-f]{7,}/i,
  /(?:https?|ftp):\/\//i,
  /(?<![a-z0-9])www\./i,
  /:(?!\d\d:)[\w+-]+:/,
  /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2061-\u2069\ufeff]/u,
];

describe('inline', () => {
  test('a cell stays one cell that holds the same text and nothing active', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const tree = parseMarkdown(`| a | b |\n| - | - |\n| x ${inline(text)} | end |\n`);

        const rows = tree.children?.[0]?.children ?? [];
        expect(rows.map((row) => row.children?.length)).toEqual([2, 2]);
        const shown = shownText(rows[1]?.children?.[0]?.children ?? []);
        expect(shown.replaceAll('\u2060', '').trim()).toBe(`x ${plain(text)}`.trim());
      }),
      { numRuns: 1000 },
    );
  });

  test('at the start of a line it is one plain paragraph', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const tree = parseMarkdown(inline(text));

        const blocks = tree.children ?? [];
        expect(blocks.map((block) => block.type)).toEqual(plain(text) === '' ? [] : ['paragraph']);
        const shown = shownText(blocks[0]?.children ?? []);
        expect(shown.replaceAll('\u2060', '')).toBe(plain(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('none of GitHub’s filters finds a reference in it', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const seen = shownText(
          nodesOf(parseMarkdown(`x ${inline(text)}`)).filter((node) => node.value !== undefined),
        );

        for (const filter of FILTERS) expect(seen).not.toMatch(filter);
      }),
      { numRuns: 1000 },
    );
  });

  test('mathematics is kept from starting as GitHub documents it', () => {
    expect(inline('$x$')).toBe('<span>$</span>x<span>$</span>');
  });

  test.each([
    ['roc_auc fell by −0.0122 (90 % interval)', 'roc_auc fell by −0.0122 (90 % interval)'],
    ['carrier=AA & month=3', 'carrier=AA &amp; month=3'],
    ['version 0.1.0', 'version 0.1.0'],
    ['2026-03-02T10:15:00Z', '2026-03-02T10:15:00Z'],
    ['', ''],
  ])('ordinary text %j stays readable', (text, expected) => {
    expect(inline(text)).toBe(expected);
  });

  test.each([
    ['@someone', '@&#8288;someone'],
    ['GHSA-x @a_b', 'GHSA-&#8288;x @&#8288;a_b'],
    ['owner/repo#1', 'owner/repo\\#&#8288;1'],
    ['GH-12', 'GH-&#8288;12'],
    ['a\nb', 'a b'],
    ['a\u202Eb', 'a‹U+202E›b'],
    ['\u001b[31m', '‹U+001B›\\[31m'],
    ['a\ud800b', 'a‹U+D800›b'],
  ])('%j becomes %s', (text, expected) => {
    expect(inline(text)).toBe(expected);
  });
});

describe('code', () => {
  test('in a table it is one cell with the same text', () => {
    fc.assert(
      fc.property(markup, (text) => {
        const tree = parseMarkdown(`| a | b |\n| - | - |\n| ${code(text)} | end |\n`);

        const row = tree.children?.[0]?.children?.[1];
        expect(row?.children?.length).toBe(2);
        const nodes = row?.children?.[0]?.children ?? [];
        const shown = nodes.map((node) => (node.type === 'html' ? '' : (node.value ?? node.type))).join('');
        expect(shown.replaceAll('\u2060', '')).toBe(plain(text) === '' ? '(empty)' : plain(text));
        expect(nodes.every((node) => /^(?:inlineCode|text|liquidNode|html)$/.test(node.type))).toBe(true);
        for (const node of nodes) {
          if (node.type === 'html') expect(node.value).toMatch(/^<\/?(?:code|span)>$/);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['roc_auc', '`roc_auc`'],
    ['a | b', '<code>a &#124; b</code>'],
    ['`x`', '<code>&#96;x&#96;</code>'],
    ['', '(empty)'],
  ])('%j becomes %s', (text, expected) => {
    expect(code(text)).toBe(expected);
  });
});

describe('cut', () => {
  test('never exceeds its limit, breaks no surrogate pair and keeps a prefix', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 40 }), (text, limit) => {
        const short = cut(text, limit);

        expect(short.length).toBeLessThanOrEqual(limit);
        expect(short).not.toMatch(/\p{Cs}/u);
        expect(text.startsWith(short.replace(/…$/, ''))).toBe(true);
      }),
    );
  });

  test('keeps an emoji family whole or leaves it out', () => {
    expect(cut(`ab👩‍👩‍👧 rest`, 8)).toBe('ab…');
  });
});

describe('html and attribute', () => {
  test('hold no character that could open or close anything', () => {
    fc.assert(
      fc.property(markup, (text) => {
        expect(html(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/);
        expect(attribute(text)).not.toMatch(/[<>"'`\n\r]/);
      }),
    );
  });
});

describe('link', () => {
  test.each([
    ['https://x.example/a)b(c|d', '[run](https://x.example/a%29b%28c%7Cd)'],
    ['https://x.example/?a=1&copy=2', '[run](https://x.example/?a=1&amp;copy=2)'],
    ['javascript:alert(1)', 'run: `javascript:alert(1)`'],
    ['.trainyard/report.html', 'run: `.trainyard/report.html`'],
    ['https://', 'run: `https://`'],
  ])('of %s is %s', (url, expected) => {
    expect(link('run', url)).toBe(expected);
  });

  test('of a commit shows code, and only code where the address is no URL', () => {
    expect(codeLink('e83c516331', 'https://x.example/c')).toBe('[`e83c516331`](https://x.example/c)');
    expect(codeLink('e83c516331', 'file:///x')).toBe('`e83c516331`');
  });

  test('never leaves its brackets', () => {
    fc.assert(
      fc.property(markup, markup, (label, tail) => {
        const tree = parseMarkdown(`a ${link(label, `https://x.example/${tail}`)} b`);

        expect(tree.children?.[0]?.children?.map((node) => node.type)).toEqual(['text', 'link', 'text']);
      }),
    );
  });
});

describe('logLine', () => {
  test.each([...HOSTILE_NAMES, '::set-output name=a::b', '##[error]x', ':::a', '\n::warning::x'])(
    'of %j is one line that no runner obeys',
    (text) => {
      const line = logLine(text);

      expect(line).not.toMatch(/::|##\[|\p{Cc}/u);
    },
  );
});
