import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { pullRequestEvent, pushEvent, startActions } from '../rig/act/index.ts';
import { toolsOf } from '../rig/act/tools.ts';
import { repositoryRoot } from '../rig/build.ts';
import { removeFolders } from '../rig/command.ts';
import { plainConfig, plainFiles } from '../rig/project.ts';

afterAll(removeFolders);

const path = '.github/workflows/model.yml';

/** Every file below a folder, under the name it has in the repository. */
function below(folder: string, name: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.map((file) => [
      `${name}${file.slice(folder.length).replaceAll('\\', '/')}`,
      readFileSync(file, 'utf8'),
    ]),
  );
}

/** This repository with its actions as they are; its model is a shell script, which has nothing to install. */
function ownFiles(): Record<string, string> {
  const { version, model, ...rest } = parse(plainConfig) as { version: number; model: string };
  const models = { [model]: { path: 'examples/flights', ...rest } };
  const { 'trainyard.yml': _, ...project } = plainFiles;
  const pipeline = Object.entries(project).map(([name, text]) => [`examples/flights/${name}`, text]);
  return {
    ...below(join(repositoryRoot, 'actions'), 'actions'),
    ...below(toolsOf().bundle, 'dist'),
    'action.yml': readFileSync(join(repositoryRoot, 'action.yml'), 'utf8'),
    'package.json': '{"type":"module"}',
    [path]: readFileSync(join(repositoryRoot, path), 'utf8').replaceAll(
      /^ +pip install .*$/gm,
      '          true',
    ),
    '.github/trainyard.yml': stringify({ version, models }),
    ...Object.fromEntries(pipeline),
  };
}

test('our own pull requests are judged by the actions of the base, and once more by their own, which may only read', async () => {
  const actions = await startActions({ files: ownFiles() });
  const { github, repository, run } = actions;
  const first = await run(path, pushEvent(repository, 'main'));
  expect(first.results).toEqual({
    start: 'success',
    train: 'success',
    report: 'skipped',
    rehearse: 'skipped',
    record: 'success',
  });

  // The actions that the pull request brings say who they are.
  const said = "process.stdout.write('by the actions of the pull request\\n');\n";
  const gate = readFileSync(join(repositoryRoot, 'actions/gate/index.js'), 'utf8');
  github.state.commit(repository, {
    branch: 'change',
    files: {
      'actions/gate/index.js': said + gate,
      'examples/flights/params.yaml': 'errors: 20\nrows: 400\nsize: 100\n',
    },
  });
  const pull = github.state.pullRequest(repository, { head: 'change' });
  const judged = await run(path, pullRequestEvent(repository, pull, 'opened'));
  expect(judged.results).toEqual({
    start: 'success',
    train: 'success',
    report: 'success',
    rehearse: 'success',
    record: 'skipped',
  });
  expect(judged.job('report').text).not.toContain('by the actions of the pull request');
  expect(judged.job('rehearse').text).toContain('by the actions of the pull request');
  expect(judged.job('rehearse').outputs).toMatchObject({ '1.verdict': 'pass' });
  expect(repository.comments).toHaveLength(1);
  expect(repository.checks.map(({ name, conclusion }) => [name, conclusion])).toEqual([
    ['trainyard', 'success'],
  ]);
  await actions.close();
}, 600_000);
