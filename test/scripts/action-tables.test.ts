import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
// @ts-expect-error the scripts are plain modules without types
import { tableOf, tablePages, withTables } from '../../scripts/action-tables.mjs';

const root = mkdtempSync(join(tmpdir(), 'trainyard-tables-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string) => writeFileSync(join(root, path), text);

beforeEach(() => {
  mkdirSync(join(root, 'actions/judge'), { recursive: true });
  write('action.yml', 'inputs:\n  a: { description: First, default: "1" }\n  b: { description: Second }\n');
  write('call.yml', 'on:\n  workflow_call:\n    outputs:\n      c: { description: Third }\n');
});

describe('the tables of a page', () => {
  test('are made from the file between the comments, and made again they are the same', () => {
    write('page.md', '# Page\n\n<!-- inputs of action.yml -->\nold\n<!-- end -->\n\ntext\n');

    const once: string = withTables(root, 'page.md');
    write('page.md', once);

    expect(once).toBe(
      '# Page\n\n<!-- inputs of action.yml -->\n\n| input | what | default |\n| --- | --- | --- |\n' +
        '| `a` | First | `1` |\n| `b` | Second |  |\n\n<!-- end -->\n\ntext\n',
    );
    expect(withTables(root, 'page.md')).toBe(once);
  });

  test('are those of a workflow that can be called, too', () => {
    write('page.md', '<!-- outputs of call.yml -->\n<!-- end -->\n');

    expect(withTables(root, 'page.md')).toContain('| `c` | Third |');
  });

  test('are missed when there are none, and when the file declares none', () => {
    write('page.md', 'nothing\n');
    expect(() => withTables(root, 'page.md')).toThrow('page.md has no table');
    write('page.md', '<!-- outputs of action.yml -->\n<!-- end -->\n');
    expect(() => withTables(root, 'page.md')).toThrow('action.yml has no outputs');
  });

  test('keep a description in its cell', () => {
    expect(tableOf('outputs', [['x', { description: 'one |\n  two' }]])).toContain('| `x` | one \\| two |');
  });
});

test('every action has a page', () => {
  expect(tablePages(root)).toEqual(['actions/README.md', 'actions/judge/README.md', 'docs/ci.md']);
});
