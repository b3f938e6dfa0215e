import { afterAll, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeProject, plainConfig } from '../rig/project.ts';

afterAll(removeFolders);

test('data that git ignores is brought to the computed baseline, and the report says so', async () => {
  const project = makeProject({
    'trainyard.yml': plainConfig.replace('deps: [train.sh]', 'deps: [train.sh, data]'),
    'data/README.md': 'What is in rows.txt.\n',
    '.gitignore': 'model.txt\nmetrics.json\npredictions.csv\ndata/rows.txt\n',
    'train.sh': 'test -s data/rows.txt && cp params.yaml model.txt\n',
  });
  project.write('data/rows.txt', 'row\n');
  project.branch('change');
  project.edit('params.yaml', /errors: \d+/, 'errors: 20');
  project.commit();

  const verdict = await project.gate(0);

  expect(verdict.verdict).toBe('pass');
  expect(verdict.models[0]?.baseline).not.toBeNull();
  expect(project.read('.trainyard/summary.md')).toContain(
    'Inputs in no commit were taken from the work tree: data/rows.txt',
  );
  expect(project.git('worktree', 'list').trim().split('\n')).toHaveLength(1);
});
