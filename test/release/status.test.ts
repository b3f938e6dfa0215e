import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { createLocalDeployments } from '../../src/platform/local/deployments.ts';
import { createLocalLocks } from '../../src/platform/local/locks.ts';
import { statusMarkdown } from '../../src/report/status.ts';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { status } from '../../src/verbs/status.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { releaseSite } from './site.ts';

afterAll(removeFolders);

/** An environment whose target answers as the command does, asked by a clock whose ten seconds are `patience` long. */
async function asked(command: string, patience = 10_000) {
  const folder = makeFolder();
  const runtime = createRuntime({ signal: new AbortController().signal });
  const clock = {
    ...runtime.clock,
    sleep: (_: number, signal?: AbortSignal) => wait(patience, undefined, { signal }),
  };
  const ports = {
    runtime: { ...runtime, clock },
    documents: {
      read: async (paths: readonly string[]) => ({ version: null, texts: paths.map(() => null) }),
      write: never,
    },
    locks: createLocalLocks(runtime, join(folder, 'locks')),
    deployments: createLocalDeployments(runtime, folder),
  };
  writeFileSync(join(folder, 'answer.sh'), command);
  const config = `version: 1
model: churn
deploy: { production: { target: { command: { run: sh answer.sh } } } }
`;
  const site = releaseSite(folder, config, ports);
  const everywhere = { model: null, environment: null, target: true };
  return { folder, shown: await status(site, everywhere) };
}

const never = async () => {
  throw new Error('nothing is written');
};
const placed = { deployment: '1'.repeat(20), version: '1.0.0', digest: 'a'.repeat(64) };
const answer = (state: unknown) => `echo '${JSON.stringify(state)}'`;

test.each([
  ['agrees: nothing', answer({})],
  ['differs: 1.0.0', answer({ stable: placed })],
  ['differs: nothing, 1.0.0 with 5 %', answer({ candidate: { ...placed, weight: 5 } })],
  ['ended with 3 at "current": lost', 'echo lost >&2; exit 3'],
  ['in a form that cannot be read: it is no JSON', 'echo no'],
])('what a target says where nothing is recorded: %s', async (said, command) => {
  const { shown } = await asked(command);
  expect(statusMarkdown(shown)).toContain(said);
});

test('a target that does not answer is left, and what asks it is ended', async () => {
  const { folder, shown } = await asked('echo $$ > pid; exec sleep 60', 300);
  expect(shown).toMatchObject([{ target: { unreachable: 'it does not answer within 10 s' } }]);
  const pid = join(folder, 'pid');
  for (let i = 0; i < 100 && !existsSync(pid); i += 1) await wait(20);
  for (let i = 0; i < 100 && isAlive(Number(readFileSync(pid, 'utf8'))); i += 1) await wait(50);
  expect(isAlive(Number(readFileSync(pid, 'utf8')))).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
