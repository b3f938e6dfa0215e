import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { rulesFree } from '../../src/run/rules-free.ts';
import { readScores, scoreFiles } from '../../src/run/scores.ts';
import { createRuntime } from '../../src/runtime/node/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'trainyard-scores-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const runtime = createRuntime({ signal: new AbortController().signal });
const policy = rulesFree({ task: null, columns: {}, positiveLabel: null, slices: [], minSliceRows: 30 });

test('a file that changed after its stage ended is refused, not read', async () => {
  const path = join(folder, 'metrics.json');
  writeFileSync(path, '{"accuracy": 0.8}');
  const [sha256 = ''] = await runtime.files.sha256([path]);
  const plan = { metricsFiles: ['metrics.json'], predictionsFile: null };
  const sources = scoreFiles(folder, plan, [{ path: 'metrics.json', sha256 }]);

  expect((await readScores(runtime, 'm', sources, policy)).metrics).toMatchObject([
    { name: 'accuracy', value: 0.8 },
  ]);
  writeFileSync(path, '{"accuracy": 0.9}');

  await expect(readScores(runtime, 'm', sources, policy)).rejects.toThrow(
    'metrics.json changed after the stage that writes it had ended',
  );
});
