import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { plainConfig } from '../rig/project.ts';
import { createSigstore, identityToken } from '../rig/sigstore/index.ts';
import { startProxy, type WayOut } from '../rig/sigstore/proxy.ts';
import { type GitHubSite, makeSite, startRun } from '../rig/site.ts';

const workflow = (repository: string) =>
  `https://github.com/${repository}/.github/workflows/release.yml@refs/heads/main`;

let site: GitHubSite;
let proxy: WayOut;
let served: string;
let identity: { workflow: string; repository: string };

beforeAll(async () => {
  const sigstore = await createSigstore();
  proxy = await startProxy(sigstore.handlers, () => identityToken(identity));
  served = join(makeFolder(), 'srv');
  const repository = 'octo/churn';
  identity = { workflow: workflow(repository), repository };
  const register = `register:
  signed-by: ['${workflow(repository)}']
  trusted-root: '${sigstore.githubRoot}'
`;
  const deploy = `deploy: { production: { target: { directory: { path: ${served} } } } }\n`;
  site = await makeSite({ 'trainyard.yml': `${plainConfig}${register}${deploy}` });
  expect(site.repository.fullName).toBe(repository);
  await site.workflow(site.ofPush(mainOf(), '0'.repeat(40)));
}, 120_000);
afterAll(async () => {
  proxy.close();
  await site.close();
  removeFolders();
});

const mainOf = () => site.repository.refs.get('refs/heads/main') as string;

/** A job by hand that may ask for an identity, or not. */
function job(action: string, inputs: Record<string, string>, env: Record<string, string> = proxy.env) {
  const { repository, github } = site;
  const occasion = {
    ...{ event: 'workflow_dispatch', sha: mainOf(), ref: 'refs/heads/main' },
    payload: { repository: { default_branch: 'main' } },
  };
  const run = startRun(site, { ...occasion, headSha: occasion.sha });
  run.path = '.github/workflows/release.yml';
  const permissions = {
    contents: 'write',
    actions: 'read',
    attestations: 'write',
    deployments: 'write',
    checks: 'write',
  } as const;
  const token = github.state.token(permissions, { repositories: [repository.fullName] });
  const server = { GITHUB_SERVER_URL: 'https://github.com' };
  return site.step({ ...occasion, run, action, token, inputs, env: { ...server, ...env } });
}

const version = { version: 'v1.0.0' };

test('a job that may not ask for an identity, and one of another workflow, register nothing', async () => {
  const without = await job('register', version, {});
  expect([without.code, without.log]).toEqual([2, expect.stringContaining('Add "id-token: write"')]);
  identity = { ...identity, workflow: identity.workflow.replace('release.yml', 'other.yml') };
  const other = await job('register', version);
  identity = { ...identity, workflow: workflow(identity.repository) };
  expect([other.code, other.log]).toEqual([2, expect.stringContaining('of another workflow or ref')]);
  expect([...site.repository.refs.keys()].filter((ref) => ref.startsWith('refs/tags/'))).toEqual([]);
  expect(site.repository.releases).toEqual([]);
}, 120_000);

test('what a workflow signed is registered, kept as an attestation, and deployed; any other is not', async () => {
  site.repository.attestations.length = 0;
  const done = await job('register', version);
  expect([done.code, done.code === 0 ? '' : done.log]).toEqual([0, '']);
  expect(proxy.asked).toEqual(expect.arrayContaining(['fulcio.githubapp.com', 'timestamp.githubapp.com']));
  const assets = site.repository.releases.find(({ tag }) => tag === 'churn@v1.0.0')?.assets ?? [];
  const signature = assets.find(({ name }) => name === 'model.sig');
  expect(site.repository.attestations).toEqual([JSON.parse(String(signature?.bytes))]);

  const bytes = signature?.bytes;
  Object.assign(signature ?? {}, { bytes: Buffer.from('{}') });
  const refused = await job('deploy', { version: '1.0.0' });
  expect([refused.code, refused.log]).toEqual([2, expect.stringContaining('is no Sigstore bundle')]);
  expect(existsSync(join(served, 'current'))).toBe(false);

  Object.assign(signature ?? {}, { bytes });
  const deployed = await job('deploy', { version: '1.0.0' });
  expect([deployed.code, deployed.code === 0 ? '' : deployed.log]).toEqual([0, '']);
  expect(existsSync(join(served, 'current'))).toBe(true);
}, 120_000);
