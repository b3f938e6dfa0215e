import { afterAll, describe, expect, test } from '@jest/globals';
import { createGit } from '../../src/git/index.ts';
import type { Documents } from '../../src/ledger/documents.ts';
import { createGitDocuments } from '../../src/ledger/git/documents.ts';
import { createGitLedger } from '../../src/ledger/git/index.ts';
import { createGitHubDocuments } from '../../src/ledger/github/documents.ts';
import { createGitHubLedger } from '../../src/ledger/github/index.ts';
import type { Ledger } from '../../src/ledger/types.ts';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { removeFolders } from '../git/repository.ts';
import { clientFor, jobRuntime, startSite, stopSites } from '../platform/github/site.ts';
import { makeProject } from '../rig/project.ts';
import { makeRecord } from './records.ts';

afterAll(async () => {
  await stopSites();
  removeFolders();
});

interface Store {
  documents: Documents;
  ledger: Ledger;
}

const stores: [string, () => Promise<Store>][] = [
  [
    'git',
    async () => {
      const { folder } = makeProject();
      const runtime = createRuntime({ signal: new AbortController().signal });
      const git = createGit(runtime, folder);
      return { documents: createGitDocuments(runtime, git), ledger: createGitLedger(runtime, git) };
    },
  ],
  [
    'GitHub',
    async () => {
      const { github } = await startSite();
      const runtime = jobRuntime();
      const client = clientFor(github, runtime);
      return { documents: createGitHubDocuments(client), ledger: createGitHubLedger(runtime, client) };
    },
  ],
];

const [a, b] = ['deployments/production/churn/state.json', 'deployments/production/churn/a.json'];

describe.each(stores)('documents in %s', (_name, make) => {
  test('begin with nothing, and are read as they were written', async () => {
    const { documents } = await make();
    expect(await documents.read([a])).toEqual({ version: null, texts: [null] });

    const written = await documents.write(null, 'Open', [
      { path: a, text: '{"x": "ü"}\n' },
      { path: b, text: '1\n' },
    ]);

    expect(written.result).toBe('written');
    const { version, texts } = await documents.read([b, 'deployments/none.json', a]);
    expect({ version, texts }).toEqual({
      version: written.result === 'written' ? written.version : '',
      texts: ['1\n', null, '{"x": "ü"}\n'],
    });
  });

  test('are written on top of what was read and only there', async () => {
    const { documents } = await make();
    const first = await documents.write(null, 'One', [{ path: a, text: '1' }]);
    const version = first.result === 'written' ? first.version : '';
    expect((await documents.write(version, 'Two', [{ path: a, text: '2' }])).result).toBe('written');

    expect((await documents.write(version, 'Three', [{ path: a, text: '3' }])).result).toBe('moved');
    expect((await documents.write(null, 'Four', [{ path: a, text: '4' }])).result).toBe('moved');

    expect((await documents.read([a])).texts).toEqual(['2']);
  });

  test('lie beside the records of runs', async () => {
    const { documents, ledger } = await make();
    const record = makeRecord('a');
    await documents.write(null, 'Open', [{ path: a, text: '1' }]);

    await ledger.append(record);

    expect((await documents.read([a])).texts).toEqual(['1']);
    expect(await ledger.recordOf(record.commit.built_sha ?? '', 'churn')).toEqual(record);
  });
});
