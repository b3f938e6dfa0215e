import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import type { Project } from '../rig/project.ts';
import { makeSeededProject, seededConfig } from '../rig/seeded-project.ts';

afterAll(removeFolders);

let repeated: Project;
let single: Project;

beforeAll(async () => {
  [repeated, single] = [makeSeededProject('repeats: 5'), makeSeededProject('seed: 1')];
  await Promise.all([repeated.train(), single.train()]);
  repeated.ran();
});

/** A change with these errors: of the first seed, and of all others. */
function changed(from: Project, first: string, error: string): Project {
  const project = from.copy();
  project.branch('change');
  project.write('params.yaml', `error: ${error}\nfirst: ${first}\nchange: 1\n`);
  project.commit();
  return project;
}

const ruleOf = (verdict: Awaited<ReturnType<Project['gate']>>) => verdict.models[0]?.rules[0];

describe('a model that is trained with several seeds', () => {
  test('is recorded once, with the run of each seed; a seed that ran is not run again', async () => {
    const project = repeated.copy();
    const [run] = await project.train();
    expect(run).toMatchObject({ ledger: 'unchanged', record: { seed: 1 } });
    const repeats = run?.record.repeats ?? [];
    expect(repeats.map(({ seed }) => seed)).toEqual([2, 3, 4, 5]);
    expect(new Set([run?.record.run_key, ...repeats.map(({ run_key }) => run_key)]).size).toBe(5);
    expect(new Set(repeats.map(({ predictions }) => predictions)).size).toBeGreaterThan(1);
    expect(project.ran()).toEqual([]);
  });

  test('a change that is no worse but for one unlucky seed does not fail; its artefact alone would', async () => {
    expect((await changed(single, '0.25', '0.1').gate(1)).verdict).toBe('fail');
    const project = changed(repeated, '0.25', '0.1');
    const verdict = await project.gate(0);
    expect(verdict.verdict).toBe('inconclusive');
    expect(ruleOf(verdict)?.evidence).toMatchObject({ method: 'percentile', seeds: 5, n: 400 });
    expect(project.ran()).toHaveLength(10);
  });

  test('a worse change does not pass by one lucky seed; its artefact alone would', async () => {
    const lucky = await changed(single, '0.1', '0.3').gate(0);
    expect(lucky.verdict).not.toBe('fail');
    const verdict = await changed(repeated, '0.1', '0.3').gate(1);
    expect(verdict.verdict).toBe('fail');
    expect(ruleOf(verdict)?.evidence.sentence).toContain('mean of 5 training seeds');
  });

  test.each([
    ['asks for fewer', seededConfig('repeats: 4')],
    ['drops them', seededConfig('seed: 1')],
    ['picks others', seededConfig('repeats: 5\nseed: 3')],
  ])('a change that %s is an error: the base asks for the seeds it leaves out', async (_, config) => {
    const project = repeated.copy();
    project.branch('change');
    project.write('trainyard.yml', config);
    project.commit();
    const verdict = await project.gate(2);
    expect(verdict.sentence).toMatch(/The candidate has no run with the training seeds? /);
  });

  test('a change that brings repeats is judged by its artefact, which the report says once', async () => {
    const project = single.copy();
    project.branch('change');
    project.write('trainyard.yml', seededConfig('repeats: 5'));
    project.write('params.yaml', 'error: 0.1\nfirst: 0.1\nchange: 1\n');
    project.commit();
    const verdict = await project.gate(0);
    expect(ruleOf(verdict)?.evidence).toMatchObject({ method: 'tango' });
    const summary = project.read('.trainyard/summary.md');
    expect(summary.match(/This judges this artefact only/g)).toHaveLength(1);
  });
});
