import { afterAll, expect, test } from '@jest/globals';
import type { RunRecord } from '../../src/schema/run.types.ts';
import type { CompareDocument } from '../../src/verbs/compare.ts';
import { removeFolders } from '../rig/command.ts';
import { makeProject, plainConfig, plainFiles } from '../rig/project.ts';

afterAll(removeFolders);

test('a time is judged where both runs had the same hardware, and not elsewhere', async () => {
  const project = makeProject({
    'trainyard.yml': plainConfig
      .replace('max-drop: 0.02 }', 'max-drop: 0.02 }\n  - { metric: latency_ms, max-rise: 5 }')
      .replace('metrics: { size_kb: lower }', 'metrics: { latency_ms: lower }'),
    'evaluate.sh': (plainFiles['evaluate.sh'] as string).replace('size_kb', 'latency_ms'),
  });
  await project.train();
  project.branch('change');
  project.edit('params.yaml', 'size: 100', 'size: 103');
  project.commit();

  const here = await project.gate(0);

  expect(here.models[0]?.rules[2]).toMatchObject({
    rule: 'latency_ms:max-rise=5',
    verdict: 'pass',
    evidence: { estimate: 3, method: 'point' },
  });
  const { candidate, baseline } = here.models[0] as { candidate: string; baseline: string };
  const record = JSON.parse(project.read(`.trainyard/runs/${candidate}.json`)) as RunRecord;
  expect(record.environment?.hardware).toMatch(/^\w+, .+, \d+ cores/);
  Object.assign(record.environment ?? {}, { hardware: 'linux, another processor, 64 cores' });
  project.write('elsewhere.json', JSON.stringify(record));

  const there = await project.json<CompareDocument>(
    0,
    ...(['compare', '--candidate', 'elsewhere.json', '--baseline', baseline] as const),
    ...['--rule', 'latency_ms:max-rise=5'],
  );

  expect(there.verdict).toBe('inconclusive');
  expect(there.rules[0]?.evidence).toMatchObject({ state: 'hardware-changed', estimate: null });
  expect(there.rules[0]?.evidence.sentence).toContain(
    'the candidate ran on linux, another processor, 64 cores',
  );
});
