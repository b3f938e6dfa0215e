import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { compileSources } from '../../runtime/compiled.ts';

/** Megabytes of output: as many as a machine spares for every test run. */
const megabytes = Number(process.env['TRAINYARD_TEST_OUTPUT_MB'] ?? 200);

test('a stage that prints without end fills neither memory nor loses a byte of its log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trainyard-memory-'));
  try {
    compileSources(join(folder, 'src'), ['runtime', 'core', 'engines', 'schema', 'formats', 'config']);
    writeFileSync(
      join(folder, 'prints.mjs'),
      `import { createRuntime } from './src/runtime/node/index.js';
        import { create } from './src/engines/python/index.js';
        const path = process.cwd();
        const engine = create(createRuntime());
        const run = 'yes "a line of a training log, as long as such lines are" | head -c ${megabytes}000000';
        const spec = { model: 'm', root: path, path, pipeline: { train: { run, shell: 'sh' } }, seed: null,
          stateFolder: path + '/.trainyard', configFile: 'x', locate: () => ({ file: 'x' }) };
        const plan = await engine.plan(spec);
        const before = process.resourceUsage().maxRSS;
        const ref = await engine.submit(spec, plan);
        const { status } = await engine.collect(spec, ref);
        const grown = Math.round((process.resourceUsage().maxRSS - before) / 1024);
        console.log(JSON.stringify({ status, grown, log: path + '/.trainyard/runs/' + ref.handle + '/001-train.log' }));`,
    );
    const child = spawnSync(process.execPath, ['prints.mjs'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const result = JSON.parse(String(child.stdout));
    expect(result.status).toBe('succeeded');
    expect(statSync(result.log).size).toBe(megabytes * 1_000_000);
    expect(result.grown).toBeLessThan(100);
    if (megabytes > 200) process.stderr.write(`${megabytes} MB of output: ${result.grown} MB of memory\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
