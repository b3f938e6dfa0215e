import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createRuntime } from '../../src/runtime/node/index.ts';
import { nodeWeb } from '../../src/runtime/node/web.ts';
import type { CommandTarget } from '../../src/schema/trainyard.types.ts';
import { plugin } from '../../src/targets/command/index.ts';
import { describeTarget } from '../contract/target.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';

afterAll(removeFolders);

const router = resolve('test/targets/router.mjs');

function makeTarget(section: Partial<CommandTarget> = {}, root = makeFolder(), env = process.env) {
  const runtime = { ...createRuntime({ signal: new AbortController().signal }), env };
  const place = { runtime, web: nodeWeb, root, environment: 'production', model: 'churn' };
  const run = `${process.execPath} ${router} state.json`;
  const file = join(root, 'state.json');
  return {
    target: plugin.create(place, { run, traffic: 'weighted', ...section }),
    root,
    async served() {
      if (!existsSync(file)) return null;
      const { placed, stable, candidate } = JSON.parse(readFileSync(file, 'utf8'));
      return placed[candidate?.deployment ?? stable]?.text ?? null;
    },
  };
}

describeTarget('a command', async () => makeTarget());

test('shares of the traffic are told as they were asked for', async () => {
  const { target } = makeTarget();
  expect(target.capabilities).toEqual({ traffic: 'weighted' });
  expect(plugin.capabilities({ run: 'true' })).toEqual({ traffic: 'switch' });
});

const placement = {
  deployment: '1'.repeat(20),
  version: '1.0.0',
  digest: 'a'.repeat(64),
  model: 'churn',
  fence: 1,
};

test('a command that fails is an error of the other side and says what the command said', async () => {
  const { target } = makeTarget({ run: 'echo "no route to the router" >&2; exit 3' });

  await expect(target.promote(placement)).rejects.toMatchObject({
    name: 'UpstreamError',
    retryable: true,
    message: expect.stringContaining('ended with 3 at "promote": no route to the router'),
  });
});

test('a probe that fails is an answer', async () => {
  const { target, root } = makeTarget();
  writeFileSync(join(root, 'state.json.sick'), '');

  expect(await target.probe(placement)).toBe('the router is sick');
});

test.each([
  ['nothing', 'true', 'it is no JSON'],
  ['HTML', 'echo "<html>"', 'it is no JSON'],
  ['a number', 'echo 3', 'it is no JSON object'],
  ['a version without a digest', `echo '{"stable": {"deployment": "x"}}'`, '"stable" is no placed version'],
  [
    'a candidate without weight',
    `echo '{"candidate": {"deployment": "${'1'.repeat(20)}", "version": "1.0.0", "digest": "${'a'.repeat(64)}"}}'`,
    '"candidate" is no placed version with a weight',
  ],
])('an answer to "current" that is %s is refused', async (_name, run, why) => {
  const { target } = makeTarget({ run });
  await expect(target.current()).rejects.toThrow(why);
});

test('the command sees no secret but those that are named', async () => {
  const env = { PATH: process.env['PATH'], DEPLOY_TOKEN: 'secret', OTHER_TOKEN: 'hidden' };
  const { target, root } = makeTarget(
    { run: 'env > seen; echo {}', env: ['DEPLOY_TOKEN'] },
    makeFolder(),
    env,
  );

  await target.current();

  const seen = readFileSync(join(root, 'seen'), 'utf8');
  expect(seen).toContain('DEPLOY_TOKEN=secret');
  expect(seen).toContain('TRAINYARD_STEP=current');
  expect(seen).not.toContain('hidden');
});

test('a command that does not end is ended', async () => {
  const { target } = makeTarget({ run: 'sleep 60', timeout: 1 });

  await expect(target.promote(placement)).rejects.toThrow('did not end within 1 s');
});
