import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { compileSources } from '../../runtime/compiled.ts';
import { isAlive, makeProject, type Project, results, until } from './project.ts';

let compiled: Project;
let project: Project;
beforeAll(async () => {
  compiled = await makeProject();
  compileSources(join(compiled.folder, 'src'), ['runtime', 'core', 'engines', 'schema', 'formats', 'config']);
});
afterAll(() => compiled.remove());
beforeEach(async () => {
  project = await makeProject();
});
afterEach(() => project.remove());

const slow = { train: { run: 'echo started; echo $$ > pid; echo half > model; sleep 300', outs: ['model'] } };

/** A process of its own that runs a pipeline and prints its RunRef, then its outputs. */
function runElsewhere(pipeline: unknown): { child: ChildProcess; output(): string; log(): string } {
  const source = join(compiled.folder, 'src');
  const script = `import { createRuntime } from ${JSON.stringify(join(source, 'runtime/node/index.js'))};
    import { create } from ${JSON.stringify(join(source, 'engines/python/index.js'))};
    const path = ${JSON.stringify(project.folder)};
    const engine = create(createRuntime());
    const spec = { model: 'churn', root: path, path, pipeline: ${JSON.stringify(pipeline)}, seed: null,
      stateFolder: path + '/.trainyard', configFile: 'x', locate: () => ({ file: 'x' }) };
    const ref = await engine.submit(spec, await engine.plan(spec));
    console.log(JSON.stringify(ref));
    console.log(JSON.stringify(await engine.collect(spec, ref)));`;
  writeFileSync(join(project.folder, 'run.mjs'), script);
  const child = spawn(process.execPath, [join(project.folder, 'run.mjs')], { cwd: project.folder });
  let [output, log] = ['', ''];
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  return { child, output: () => output, log: () => log };
}

const pid = async () => Number(await project.read('pid'));
const started = () => until(() => existsSync(join(project.folder, 'pid')));
const locks = () => readdirSync(join(project.folder, '.trainyard/locks'));

describe('a run in another process', () => {
  test('is seen, read and cancelled from here', async () => {
    const { child, output } = runElsewhere(slow);
    await started();
    await until(() => output().includes('\n'));
    const ref = JSON.parse(output());
    await until(async () => (await project.engine.logs(ref, null)).text === 'started\n');
    expect(await project.engine.status(ref)).toMatchObject({ state: 'running' });

    await project.engine.cancel(ref);
    const outputs = await project.engine.collect(project.spec(slow), ref);

    expect(outputs.status).toBe('cancelled');
    await until(() => child.exitCode !== null);
    expect(isAlive(await pid())).toBe(false);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it cleanly: stage ended, lock free, nothing kept',
    async (name) => {
      const { child, output, log } = runElsewhere(slow);
      await started();

      child.kill(name);
      await until(() => child.exitCode !== null);

      expect(JSON.parse(output().split('\n')[1] as string)).toMatchObject({ status: 'cancelled' });
      expect(isAlive(await pid())).toBe(false);
      expect(locks()).toEqual([]);
      expect(existsSync(join(project.folder, 'model'))).toBe(false);
      expect(log()).toMatch(/train: cancelled after/);
    },
  );

  test('killed without warning it counts as cancelled, and the next run takes its lock over', async () => {
    const { child, output } = runElsewhere(slow);
    await started();
    await until(() => output().includes('\n'));
    const ref = JSON.parse(output());
    const orphan = await pid();
    child.kill('SIGKILL');
    await until(() => child.signalCode !== null);
    expect(locks()).toHaveLength(1);

    expect(await project.engine.status(ref)).toMatchObject({
      state: 'cancelled',
      reason: expect.any(String),
    });
    const outputs = await project.run({ train: { run: 'cat model; echo whole > model', outs: ['model'] } });
    process.kill(orphan);

    expect(results(outputs)).toEqual(['train:failed']);
    expect(locks()).toEqual([]);
  });
});
