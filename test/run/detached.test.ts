import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { removeFolders } from '../rig/command.ts';
import { type DetachedService, makeService, until } from '../rig/detached/index.ts';
import type { Project } from '../rig/project.ts';
import { makeDetachedProject, runVerb, startVerb } from './detached.ts';

let service: DetachedService;
beforeEach(async () => {
  service = await makeService();
});
afterEach(() => service.remove());
afterAll(removeFolders);

const hanging = 'sleep 300; cp params.yaml model.txt';

/** The work of another job: the same commit in another place, with no state. */
function elsewhere(project: Project): Project {
  const other = project.copy();
  other.remove('.trainyard');
  return other;
}

/** A job that waits for a run which does not end by itself. */
async function waiting(project: Project) {
  const job = startVerb(service, project, 'train');
  const file = () => project.list('.trainyard/refs')[0];
  await until(() => file() !== undefined, 'the reference is kept');
  const [kept] = await runVerb(service, project, 'kept');
  if (kept === undefined) throw new Error('No run is kept.');
  await until(() => existsSync(join(service.run(kept.ref), 'work/.trainyard/locks')), 'the run begins');
  return { ...job, ref: kept.ref };
}

const status = (ref: Parameters<DetachedService['run']>[0]) => service.client().engine.status(ref);

describe('a run that is submitted and left', () => {
  test('is collected by the next train: one run, its record, no reference left', async () => {
    const project = makeDetachedProject();
    const [left] = await runVerb(service, project, 'submit');
    expect(left).toMatchObject({ model: 'churn', ref: { engine: 'detached', attempt: 1 } });
    expect(await runVerb(service, project, 'kept')).toMatchObject([{ ref: left?.ref, waiting: null }]);

    const [trained] = await runVerb(service, project, 'train');

    expect(trained).toMatchObject({ model: 'churn', ledger: 'written', record: { ref: left?.ref } });
    expect(trained?.record.metrics.map(({ name }) => name)).toContain('accuracy');
    expect(project.exists('model.txt')).toBe(true);
    expect(await runVerb(service, project, 'kept')).toEqual([]);
    expect(service.runs()).toHaveLength(1);
  });

  test('is collected by a job that knows nothing of it but the commit', async () => {
    const project = makeDetachedProject();
    const [left] = await runVerb(service, project, 'submit');

    const [trained] = await runVerb(service, elsewhere(project), 'train');

    expect(trained?.record).toMatchObject({ ref: left?.ref, status: 'succeeded' });
    expect(service.runs()).toHaveLength(1);
  });

  test('is the same one when it is submitted again', async () => {
    const project = makeDetachedProject();
    const [first] = await runVerb(service, project, 'submit');
    const [second] = await runVerb(service, project, 'submit');
    expect(second?.ref).toEqual(first?.ref);
    expect(service.runs()).toHaveLength(1);
  });

  test('says that it failed to the train that collects it; the one after tries again', async () => {
    const project = makeDetachedProject('exit 3');
    const [left] = await runVerb(service, project, 'submit');
    if (left === undefined) throw new Error('Nothing was submitted.');
    await until(async () => (await status(left.ref)).state === 'failed', 'the run fails');

    const failure = { name: 'StageError', message: expect.stringContaining('exit code 3') };
    await expect(runVerb(service, project, 'train')).rejects.toMatchObject(failure);
    expect(service.runs()).toHaveLength(1);
    expect(await runVerb(service, project, 'kept')).toEqual([]);
    await expect(runVerb(service, project, 'train')).rejects.toMatchObject(failure);
    expect(service.runs()).toHaveLength(2);
  });

  test('stays known when other inputs are trained, and is not what they are judged by', async () => {
    const project = makeDetachedProject();
    const [left] = await runVerb(service, project, 'submit');
    project.edit('params.yaml', 'errors: 40', 'errors: 20');
    project.commit();

    const [trained] = await runVerb(service, project, 'train');

    expect(trained?.record.run_key).not.toBe(left?.ref.run_key);
    expect(await runVerb(service, project, 'kept')).toMatchObject([{ ref: left?.ref }]);
  });

  test('is submitted again when the service has lost it', async () => {
    const project = makeDetachedProject();
    const [left] = await runVerb(service, project, 'submit');
    if (left === undefined) throw new Error('Nothing was submitted.');
    await until(async () => (await status(left.ref)).state === 'succeeded', 'the run succeeds');
    await rm(join(service.folder, 'runs'), { recursive: true });

    const job = startVerb(service, project, 'train');

    expect(await job.answer).toMatchObject([{ record: { status: 'succeeded' } }]);
    expect(job.said.stderr).toMatch(/The earlier run of churn is gone, submitting it again/);
    expect(service.runs()).toHaveLength(1);
  });

  test('a reference that is no reference is passed over', async () => {
    const project = makeDetachedProject();
    const [left] = await runVerb(service, project, 'submit');
    for (const text of ['', '{', 'null', '[]', '{"format":1}', '{"format":1,"model":"churn","ref":null}'])
      project.write(`.trainyard/refs/${left?.ref.run_key}.json`, text);
    project.write('.trainyard/refs/notes.txt', 'not ours');

    expect(await runVerb(service, project, 'kept')).toEqual([]);
    expect(await runVerb(service, project, 'train')).toMatchObject([{ record: { ref: left?.ref } }]);
  });

  test('an engine whose runs end with the job is refused, and no other model is submitted', async () => {
    const project = makeDetachedProject();
    const section = project.read('trainyard.yml').split('\n').slice(2);
    const indented = section.map((line) => `    ${line}`).join('\n');
    project.write(
      'trainyard.yml',
      `version: 1\nmodels:\n  far:\n${indented}\n  near:\n${indented.replace('detached', 'python').replaceAll('metrics.json', 'm.json')}\n`,
    );
    project.commit();

    await expect(runVerb(service, project, 'submit')).rejects.toMatchObject({
      name: 'ConfigError',
      message: 'near cannot be left to run: runs of the engine "python" end with the job.',
      place: { file: 'trainyard.yml', line: expect.any(Number) },
    });
    expect(service.runs()).toEqual([]);
  });
});

describe('a job that ends while it waits', () => {
  test('killed: its run is found abandoned, and cancelled by who tidies up', async () => {
    const project = makeDetachedProject(hanging);
    const { child, finished, ref } = await waiting(project);
    expect(await runVerb(service, project, 'abandoned')).toEqual([]);
    child.kill('SIGKILL');
    await finished;
    expect((await status(ref)).state).toBe('running');

    expect(await runVerb(service, project, 'abandoned')).toMatchObject([{ model: 'churn', ref }]);
    expect(await runVerb(service, project, 'tidy')).toEqual([]);

    await until(async () => (await status(ref)).state === 'cancelled', 'the run is cancelled');
    expect(await runVerb(service, project, 'kept')).toEqual([]);
  });

  test('killed: the next train waits for the same run', async () => {
    const project = makeDetachedProject();
    service.on('queue-held');
    const job = startVerb(service, project, 'train');
    await until(() => project.list('.trainyard/refs').length > 0, 'the reference is kept');
    job.child.kill('SIGKILL');
    await job.finished;
    service.off('queue-held');

    expect(await runVerb(service, project, 'train')).toMatchObject([{ record: { attempt: 1 } }]);
    expect(service.runs()).toHaveLength(1);
  });

  test('cancelled: the run ended and nothing is left; the next train is a new attempt', async () => {
    const project = makeDetachedProject(hanging);
    const { child, answer, ref } = await waiting(project);
    child.kill('SIGINT');

    expect(await answer).toMatchObject({ error: { name: 'CancelledError' } });
    expect((await status(ref)).state).toBe('cancelled');
    expect(await runVerb(service, project, 'kept')).toEqual([]);
    const next = await waiting(project);
    expect(next.ref.attempt).toBe(2);
    next.child.kill('SIGTERM');
    expect(await next.answer).toMatchObject({ error: { name: 'CancelledError' } });
  });

  test('cancelled, and the run does not end: it is abandoned; the next train waits for its end and runs alone', async () => {
    service.on('deaf');
    const project = makeDetachedProject('test -f go || sleep 300; cp params.yaml model.txt');
    const { child, answer, ref } = await waiting(project);
    child.kill('SIGINT');
    expect(await answer).toMatchObject({
      error: { name: 'CancelledError', message: expect.stringContaining('may still be running') },
    });
    expect(await runVerb(service, project, 'abandoned')).toMatchObject([{ ref }]);

    const next = startVerb(service, project, 'train');
    await until(() => next.said.stderr.includes('is being cancelled: waiting'), 'the next job waits');
    expect(service.runs()).toHaveLength(1);
    service.off('deaf');
    await until(() => service.runs().length === 2, 'the next attempt');
    expect((await status(ref)).state).toBe('cancelled');
    next.child.kill('SIGINT');
    expect(await next.answer).toMatchObject({ error: { name: 'CancelledError' } });
  });

  test('the service away for too long: not abandoned, and collected by the next train', async () => {
    const project = makeDetachedProject();
    service.on('queue-held');
    const job = startVerb(service, project, 'train');
    await until(() => project.list('.trainyard/refs').length > 0, 'the reference is kept');
    service.on('unreachable');
    expect(await job.answer).toMatchObject({ error: { name: 'UpstreamError', retryable: true } });
    service.off('unreachable');
    service.off('queue-held');

    expect(await runVerb(service, project, 'abandoned')).toEqual([]);
    expect(await runVerb(service, project, 'tidy')).toEqual([]);
    expect(await runVerb(service, project, 'train')).toMatchObject([{ record: { attempt: 1 } }]);
    expect(service.runs()).toHaveLength(1);
  });

  test('two that wait for one run both have its record', async () => {
    const project = makeDetachedProject();
    const jobs = [project, elsewhere(project)].map((place) => startVerb(service, place, 'train'));

    const answers = await Promise.all(jobs.map((job) => job.answer));

    const [handle] = service.runs();
    for (const answer of answers)
      expect(answer).toMatchObject([{ record: { status: 'succeeded', ref: { handle } } }]);
    expect(service.runs()).toHaveLength(1);
  });
});

test('gate trains candidate and baseline in the service', async () => {
  const project = makeDetachedProject();
  project.branch('change');
  project.edit('params.yaml', 'errors: 40', 'errors: 20');
  project.commit();

  const { outcome } = await runVerb(service, project, 'gate');

  expect(outcome.verdict).toBe('pass');
  expect(service.runs()).toHaveLength(2);
  expect(await runVerb(service, project, 'kept')).toEqual([]);
});
