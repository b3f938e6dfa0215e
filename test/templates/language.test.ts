import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { repositoryRoot } from '../rig/build.ts';
import { acceptedByGitHub } from './accepted.ts';
import { shippedFiles, textOf } from './files.ts';
import { problemsOf } from './language.ts';

const { actions, workflows, templates } = shippedFiles();

describe('GitHub understands', () => {
  test.each([...actions, ...workflows, ...templates])('%s', async (path) => {
    const accepted = acceptedByGitHub.filter(({ file }) => file === path).map(({ message }) => message);
    const problems = await problemsOf(path, textOf(path));
    const messages = problems.map((problem) => problem.replace(/^\d+: /, ''));

    expect(problems.filter((_, at) => !accepted.includes(messages[at] as string))).toEqual([]);
    expect(messages).toEqual(expect.arrayContaining(accepted));
  });
});

describe('nothing is passed over', () => {
  test('every verb that is an action has its action.yml, and there are workflows and templates', () => {
    const verbs = readdirSync(join(repositoryRoot, 'actions'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `actions/${name}/action.yml`);

    expect(actions).toEqual(['action.yml', ...verbs.sort()]);
    expect(verbs.length).toBeGreaterThan(0);
    expect(workflows).toContain('.github/workflows/pipeline.yml');
    expect(templates.length).toBeGreaterThan(0);
  });

  test.each(templates)('%s is described for the page that offers it', (path) => {
    const properties = path.replace(/\.yml$/, '.properties.json');
    expect(existsSync(join(repositoryRoot, properties))).toBe(true);
    expect(JSON.parse(textOf(properties))).toMatchObject({
      name: expect.any(String),
      description: expect.any(String),
      iconName: expect.any(String),
    });
  });
});

describe('a problem is found', () => {
  const workflow = (steps: string) =>
    `on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - ${steps}\n`;
  const path = '.github/workflows/broken.yml';

  test.each([
    ['an unknown key', workflow('runs: ls'), /runs/],
    ['an unknown input of ours', workflow('{ uses: trainyard/trainyard@v1, with: { fase: x } }'), /fase/],
    ['an unknown input of another', workflow('{ uses: actions/checkout@v5, with: { dept: 1 } }'), /dept/],
    ['an action that is not known', workflow('uses: acme/unknown@v1'), /acme\/unknown/],
    ['an expression that cannot be', workflow(`run: echo \${{ steps.none.outputs.x }}`), /none/],
    [
      'an unknown input of the called workflow',
      'on: push\njobs:\n  one:\n    uses: trainyard/trainyard/.github/workflows/pipeline.yml@v1\n    with: { setpu: x }\n',
      /setpu/,
    ],
  ])('%s in a workflow', async (_name, text, message) => {
    expect((await problemsOf(path, text)).join('\n')).toMatch(message);
  });

  test.each([
    ['an unknown key', 'name: x\ndescription: x\nruns: { using: node24, main: x.js, mian: y.js }\n', /mian/],
    ['a runtime that is not', 'name: x\ndescription: x\nruns: { using: node99, main: x.js }\n', /node99/],
    ['no description', 'name: x\nruns: { using: node24, main: x.js }\n', /description/],
  ])('%s in an action', async (_name, text, message) => {
    expect((await problemsOf('actions/broken/action.yml', text)).join('\n')).toMatch(message);
  });
});
