import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { repositoryRoot } from '../rig/build.ts';
import { textOf } from './files.ts';
import { problemsOf } from './language.ts';

const pages = execFileSync('git', ['ls-files', '--', '*.md'], { cwd: repositoryRoot, encoding: 'utf8' })
  .split('\n')
  .filter((page) => page !== '' && !page.startsWith('test/'));

/** Workflows in a page, with the line each begins at: fenced YAML with jobs. An example may leave out its event. */
function workflowsIn(page: string): [string, string][] {
  const text = textOf(page);
  return [...text.matchAll(/^```ya?ml\n([\s\S]*?)^```$/gm)]
    .map(({ 1: block = '', index }) => [block, text.slice(0, index).split('\n').length] as const)
    .filter(([block]) => /^jobs:$/m.test(block))
    .map(([block, line]) => [`${page}:${line}`, /^on:/m.test(block) ? block : `on: pull_request\n${block}`]);
}

const workflows = pages.flatMap(workflowsIn);

describe('GitHub understands the workflow at', () => {
  test.each(workflows)('%s', async (_place, text) => {
    expect(await problemsOf('.github/workflows/example.yml', text)).toEqual([]);
  });
});

test('the set-up is the same in the README, in the documentation and as a template, and has at most 12 lines', () => {
  const template = textOf('workflows-templates/trainyard.yml').replace('$default-branch', 'main');
  const [readme, page] = ['README.md', 'docs/ci.md'].map((path) => workflowsIn(path)[0]?.[1]);

  expect(readme).toBe(template);
  expect(page).toBe(template);
  expect(template.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
});

test('the second workflow is the same in the documentation and as a template', () => {
  const [first] = workflowsIn('docs/forks.md');

  expect(withoutComments(first?.[1] ?? '')).toBe(
    withoutComments(textOf('workflows-templates/trainyard-report.yml')),
  );
});

function withoutComments(text: string): string {
  return text.replace(/^ *#.*\n| #.*$/gm, '');
}
