import { afterAll, expect, test } from '@jest/globals';
import type { Documents } from '../../src/ledger/documents.ts';
import { createLocalLocks } from '../../src/platform/local/locks.ts';
import { readState } from '../../src/release/books.ts';
import { lastGood } from '../../src/release/checks.ts';
import { openBooks } from '../../src/release/journal.ts';
import { begun, emptyState, opened, succeeded } from '../../src/release/state.ts';
import type { DeploymentRecord } from '../../src/schema/deployment.types.ts';
import type { DeploymentEntry } from '../../src/schema/environment.types.ts';
import { history } from '../../src/verbs/history.ts';
import { makeFolder, removeFolders } from '../git/repository.ts';
import { quickRuntime, releaseSite } from './site.ts';

afterAll(removeFolders);

const config = 'version: 1\nmodel: churn\ndeploy: { production: { target: { directory: { path: srv } } } }\n';

const folderOnLedger = 'deployments/production/churn';

function entry(i: number): DeploymentEntry {
  const time = new Date(i * 1000).toISOString();
  return {
    ...{ id: i.toString(16).padStart(20, '0'), kind: 'deploy', version: `1.${i}.0`, from: null },
    ...{ state: 'succeeded', reason: null, created: time, finished: time },
  };
}

/** Documents in memory that count what is read. `fill` puts sealed parts of 50 there, as if so many had been before. */
function memory(): Documents & { reads: number; largest(): number; fill(count: number): void } {
  const files = new Map<string, string>();
  let version = 0;
  const documents = {
    reads: 0,
    fill(count: number) {
      for (let part = 1; part * 50 <= count; part += 1) {
        const entries = Array.from({ length: 50 }, (_, i) => entry(part * 50 - i));
        const text = JSON.stringify({ schema: 'trainyard/deployment-history', version: 1, entries });
        files.set(`${folderOnLedger}/history-${part}.json`, text);
      }
      const state = { ...emptyState('production', 'churn'), fence: count, segments: count / 50 };
      files.set(`${folderOnLedger}/state.json`, JSON.stringify(state));
    },
    largest: () => Math.max(...[...files.values()].map((text) => text.length)),
    async read(paths: readonly string[]) {
      documents.reads += 1;
      return { version: String(version), texts: paths.map((path) => files.get(path) ?? null) };
    },
    async write(
      _version: string | null,
      _message: string,
      written: readonly { path: string; text: string }[],
    ) {
      for (const { path, text } of written) files.set(path, text);
      version += 1;
      return { result: 'written' as const, version: String(version) };
    },
  };
  return documents;
}

test('5,000 deployments: the last good one is a read away, and all of them are listed', async () => {
  const documents = memory();
  const runtime = quickRuntime();
  const folder = makeFolder();
  const shown = async () => ({ result: 'updated' as const, url: '' });
  const telling = { ensure: shown, ensureCheck: shown, ensureComment: shown };
  const deployments = { ...telling, lastGood: async () => null };
  const site = releaseSite(folder, config, {
    runtime,
    documents,
    deployments,
    locks: createLocalLocks(runtime, folder),
  });
  const { models } = await site.config();
  const [model] = models;
  const environment = model?.deploy[0];
  if (model === undefined || environment === undefined) throw new Error('no destination');
  const deps = await site.open(model, environment);
  documents.fill(4800);
  for (let i = 4801; i <= 5000; i += 1) {
    const now = new Date(i * 1000).toISOString();
    await openBooks(deps, (state) => {
      const record: DeploymentRecord = {
        ...{ schema: 'trainyard/deployment', version: 1, id: i.toString(16).padStart(20, '0') },
        ...{
          environment: 'production',
          model: 'churn',
          kind: 'deploy',
          from: null,
          target: 'directory',
          fence: i,
        },
        candidate: { version: `1.${i}.0`, digest: 'a'.repeat(64), commit: null, run: null, verdict: 'pass' },
        ...{ by: { actor: null, url: null }, state: 'running', ending: null, reason: null, created: now },
        ...{ finished: null, journal: [], measurements: [] },
      };
      return succeeded(begun(opened(state, record), 'retire', null, now), now);
    });
  }
  documents.reads = 0;

  const { state } = await readState(deps);

  expect(lastGood(state)?.version).toBe('1.4999.0');
  expect(documents.reads).toBe(1);
  expect(documents.largest()).toBeLessThan(64 * 1024);
  const all = await history(site, { model: null, environment: null, count: 6000 });
  expect(all.map(({ version }) => version)).toEqual(
    Array.from({ length: 5000 }, (_, i) => `1.${5000 - i}.0`),
  );
}, 60_000);
