import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../contract/jobs.ts';
import { runJob, startJob } from '../../contract/jobs.ts';
import { pipelines } from '../../contract/pipelines.ts';
import { type DetachedService, makeService } from '../../rig/detached/index.ts';
import { isAlive } from '../../rig/detached/process-mark.ts';

let service: DetachedService;
beforeEach(async () => {
  service = await makeService();
});
afterEach(() => service.remove());

/** A job that is killed where it stands. */
async function killedAt(point: 'uploading' | 'before-create' | 'created' | 'woken'): Promise<void> {
  service.on(`hold-${point}`);
  const job: Job = startJob(service, service.checkout(pipelines.works), ['submit']);
  await service.reached(point);
  job.kill('SIGKILL');
  await job.ended;
  service.off(`hold-${point}`);
}

describe('kill -9 of a job that submits', () => {
  test.each([
    ['uploading', 0],
    ['before-create', 0],
    ['created', 1],
    ['woken', 1],
  ] as const)('%s: the service has %i runs then, and one after the next job', async (point, runs) => {
    await killedAt(point);
    expect(service.runs()).toHaveLength(runs);

    const next = startJob(service, service.checkout(pipelines.works), ['submit', 'collect']);

    expect(await next.answer('submit')).toMatchObject({ attempt: 1 });
    expect(await next.answer('collect', 1)).toMatchObject({ status: 'succeeded' });
    expect(service.runs()).toHaveLength(1);
  });
});

test('ten jobs that have all found no run make one', async () => {
  service.on('hold-before-create');
  const jobs = Array.from({ length: 10 }, () =>
    startJob(service, service.checkout(pipelines.works), ['submit']),
  );
  await service.uploads(10);
  service.off('hold-before-create');

  const refs = await Promise.all(jobs.map((job) => job.answer('submit')));

  expect(new Set(refs.map(({ handle }) => handle)).size).toBe(1);
  expect(service.runs()).toHaveLength(1);
});

test('a run whose machine is killed failed, and its key is tried again', async () => {
  const spec = service.checkout({
    train: { ...pipelines.hangs.train, run: 'echo $$ > pid; exec sleep 300' },
  });
  const { engine } = service.client();
  const ref = await engine.submit(spec, await engine.plan(spec));
  const stage = Number(await service.written(ref, 'pid'));
  process.kill(service.driver(ref).pid, 'SIGKILL');

  const outputs = await engine.collect(spec, ref);
  process.kill(stage);

  expect(outputs).toMatchObject({ status: 'failed', reason: 'The machine of the run went away.' });
  expect(await engine.collect(spec, ref)).toEqual(outputs);
  expect(await engine.submit(spec, await engine.plan(spec))).toMatchObject({ attempt: 2 });
});

test('a run outlives the job, its terminal and its process group', async () => {
  const spec = service.checkout(pipelines.hangs);
  const job = startJob(service, spec, ['submit', 'collect']);
  const ref = await job.answer('submit');
  await service.written(ref, '../driver.json');
  const driver = service.driver(ref);
  expect(driver.group).toBe(driver.pid);
  expect(driver.session).toBe(driver.pid);

  job.kill('SIGKILL');
  await job.ended;

  expect(isAlive(driver)).toBe(true);
  expect(await runJob(service, spec, 'status', { ref })).toMatchObject({ cancelling: false });
});
