import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { CandidatesStore, PredictionsStore } from '../../../src/config/stores.ts';
import {
  openCandidateStore,
  openPredictionsStore,
  type StorePlaces,
} from '../../../src/stores/github/open.ts';
import { filesIn, madeBy } from '../../contract/candidate-store.ts';
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
import { fileOf } from './branch-site.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

async function makeSite(): Promise<{
  github: GitHub;
  repository: Repository;
  run: Run;
  places: StorePlaces;
  /** Where something is kept now. */
  used(): string[];
}> {
  const { github, repository } = await startSite();
  const headSha = repository.refs.get('refs/heads/main') as string;
  const run = github.workflowRun(repository, { headSha, event: 'push' });
  const runtime = jobRuntime();
  const client = clientFor(github, runtime);
  const places = { runtime, client, uploads: uploadsTo(github, run), root: makeFolder() };
  const used = () => [
    ...run.artifacts.map(() => 'artifact'),
    ...(repository.refs.has('refs/heads/trainyard-predictions') ? ['branch'] : []),
    ...repository.releases.map(({ draft }) => (draft ? 'draft' : 'release')),
    ...readdirSync(places.root),
  ];
  return { github, repository, run, places, used };
}

describe('predictions', () => {
  test.each<[string, boolean, PredictionsStore | null, string[]]>([
    ['unless told otherwise go to artifacts', true, null, ['artifact']],
    ['of a public repository are not kept unless told so', false, null, []],
    ['of a public repository go to artifacts when told so', false, { kind: 'artifact' }, ['artifact']],
    ['go to a branch when told so', true, { kind: 'ledger' }, ['branch']],
    ['go to a folder when told so', true, { kind: 'path', folder: 'kept' }, ['kept']],
    ['go nowhere when told so', true, { kind: 'none' }, []],
  ])('%s', async (_name, isPrivate, told, kept) => {
    const { repository, places, used } = await makeSite();
    repository.private = isPrivate;
    const { digest, file, folder } = fileOf('rows');
    const store = await openPredictionsStore(places, told);

    await store.put(digest, file);

    expect(used()).toEqual(kept);
    expect(await store.get(digest, join(folder, 'out'))).toBe(kept.length > 0);
  });

  test('cost one question about the repository, and none when the file says where', async () => {
    const { github, places } = await makeSite();

    await openPredictionsStore(places, { kind: 'ledger' });
    expect(github.requests.count()).toBe(0);
    await openPredictionsStore(places, null);
    expect(github.requests.count()).toBe(1);
  });
});

describe('candidates', () => {
  const shared = makeFolder();

  test.each<[string, CandidatesStore, string[]]>([
    ['artifacts', { kind: 'artifact' }, ['artifact']],
    ['draft releases', { kind: 'draft-release' }, ['draft']],
    ['a folder below the root', { kind: 'path', folder: 'kept' }, ['kept']],
    ['a folder anywhere', { kind: 'path', folder: join(shared, 'models') }, []],
  ])('go to %s when told so', async (_name, told, kept) => {
    const { places, used } = await makeSite();
    const { record, folder } = madeBy('a', { model: 'x' });
    const store = openCandidateStore(places, told);

    await store.put(record, folder);

    expect(used()).toEqual(kept);
    const target = makeFolder();
    expect(await store.get(record, target)).toBe(true);
    expect(filesIn(target)).toEqual({ model: 'x' });
    expect(existsSync(join(shared, 'models'))).toBe(kept.length === 0);
  });
});
