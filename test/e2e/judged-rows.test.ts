import { afterAll, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { makeThresholdProject } from '../rig/threshold-project.ts';

afterAll(removeFolders);

test('the report says how many candidates the test rows have judged: those recorded on main, and this one', async () => {
  const project = makeThresholdProject();
  for (const step of [0.501, 0.502, 0.503]) {
    project.edit('params.yaml', /threshold: .*/, `threshold: ${step}`);
    project.commit();
    await project.train();
  }
  project.branch('change');
  project.edit('params.yaml', /threshold: .*/, 'threshold: 0.504');
  project.commit();

  const [model] = (await project.gate(0)).models;

  expect(model).toMatchObject({ judged_on_rows: 4 });
  expect(model).not.toHaveProperty('attempt');
  expect(project.read('.trainyard/summary.md')).toContain('these rows have judged 4 candidates');
  await project.gate(0);
  expect((await project.gate(0)).models[0]).toMatchObject({ judged_on_rows: 4 });
});
