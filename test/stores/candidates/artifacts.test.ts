import { readdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { CandidateStore } from '../../../src/platform/types.ts';
import { createArtifactCandidateStore } from '../../../src/stores/candidates/artifacts.ts';
import { describeCandidateStore, filesIn, madeBy, model } from '../../contract/candidate-store.ts';
import { makeFolder, removeFolders } from '../../git/repository.ts';
import {
  clientFor,
  type GitHub,
  jobRuntime,
  type Repository,
  type Run,
  startSite,
  stopSites,
  uploadsTo,
} from '../../platform/github/site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

async function makeSite(): Promise<{
  github: GitHub;
  repository: Repository;
  warnings: string[];
  openIn(now?: Date): { run: Run; store: CandidateStore };
}> {
  const { github, repository } = await startSite();
  const headSha = repository.refs.get('refs/heads/main') as string;
  const warnings: string[] = [];
  const openIn = (now?: Date) => {
    const run = github.workflowRun(repository, { headSha, event: 'push' });
    const plain = jobRuntime();
    const clock = now ? { ...plain.clock, now: () => now } : plain.clock;
    const log = { ...plain.log, warn: (line: string) => void warnings.push(line) };
    const runtime = { ...plain, clock, log };
    const store = createArtifactCandidateStore(runtime, clientFor(github, runtime), uploadsTo(github, run));
    return { run, store };
  };
  return { github, repository, warnings, openIn };
}

describeCandidateStore('artifacts', async () => {
  const { openIn } = await makeSite();
  return { open: () => openIn().store };
});

const nameOf = ({ id }: { id: string }) => `trainyard-model-churn-${id}`;

describe('model files in artifacts', () => {
  test('lie there under their own paths, as long as an artifact takes them', async () => {
    const { openIn } = await makeSite();
    const { run, store } = openIn();
    const { record, folder } = madeBy('a');

    await store.put(record, folder);

    expect(run.artifacts.map(({ name }) => name)).toEqual([nameOf(record)]);
    const names = run.artifacts[0]?.zip.toString('latin1') ?? '';
    for (const path of Object.keys(model).filter((path) => path.startsWith('model/')))
      expect(names).toContain(path);
  });

  test('are put again when half of their fourteen days are over, or they have expired', async () => {
    const { openIn } = await makeSite();
    const { record, folder } = madeBy('a');
    const first = openIn();
    await first.store.put(record, folder);
    const later = (days: number) => openIn(new Date(Date.now() + days * 86_400_000));

    const soon = later(40);
    await soon.store.put(record, folder);
    expect(soon.run.artifacts).toEqual([]);
    const late = later(50);
    await late.store.put(record, folder);
    expect(late.run.artifacts).toHaveLength(1);

    for (const { run } of [first, late])
      for (const artifact of run.artifacts) artifact.expires = '2020-01-01T00:00:00Z';
    expect(await openIn().store.has(record)).toBe(false);
    expect(await openIn().store.get(record, makeFolder())).toBe(false);
  });

  test("of a fork's run are not looked at", async () => {
    const { github, repository, openIn } = await makeSite();
    const { record } = madeBy('a', { model: 'x' });
    const fork = github.repository('eve/flights', { forkOf: repository });
    const headSha = repository.refs.get('refs/heads/main') as string;
    const run = github.workflowRun(repository, { headSha, headRepository: fork });
    github.artifact(run, { name: nameOf(record), files: { model: 'x' } });

    expect(await openIn().store.has(record)).toBe(false);
    expect(await openIn().store.get(record, makeFolder())).toBe(false);
  });

  test.each([
    ['one file has other bytes', { one: '1', two: 'x' }],
    ['one file is missing', { one: '1' }],
    ['one file is longer than recorded', { one: '1', two: '2'.repeat(1000) }],
  ])('of which %s are passed over whole; an older artifact is taken', async (_name, files) => {
    const { github, openIn, warnings } = await makeSite();
    const { record, folder } = madeBy('a', { one: '1', two: '2' });
    const [good, bad] = [openIn(), openIn()];
    await good.store.put(record, folder);
    github.artifact(bad.run, { name: nameOf(record), files });
    const target = makeFolder();

    expect(await openIn().store.get(record, target)).toBe(true);

    expect(filesIn(target)).toEqual({ one: '1', two: '2' });
    expect(warnings).toEqual([expect.stringContaining(`run ${bad.run.id} is not used`)]);
    expect(readdirSync(target).sort()).toEqual(['one', 'two']);
  });

  test('in an archive that is larger than the model can be are not fetched', async () => {
    const { github, openIn, warnings } = await makeSite();
    const { record } = madeBy('a', { model: 'x' });
    github.artifact(openIn().run, {
      name: nameOf(record),
      files: { model: 'x', more: Buffer.alloc(6_000_000) },
    });
    const target = makeFolder();

    expect(await openIn().store.get(record, target)).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('GitHub sends more than')]);
    expect(readdirSync(target)).toEqual([]);
  });
});
