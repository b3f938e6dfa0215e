import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerVersion } from '../release/manifests.ts';
import { makeFolder, removeFolders } from '../rig/command.ts';
import { type GitHubSite, makeSite, startRun } from '../rig/site.ts';
import { type FinishedStep, type StepSeed, startStep } from '../rig/step.ts';

const sites: GitHubSite[] = [];

/** Ends what {@link makeRelease} started. */
export async function closeReleases(): Promise<void> {
  for (const site of sites) await site.close();
  removeFolders();
}

const config = (target: string, more = '') => `version: 1
model: churn
register: { registry: path, path: .trainyard/registry }
deploy:
  production:
    target: { directory: { path: ${target} } }
    url: https://models.example.org
${more}`;

/** The permissions that a job which deploys is given. */
const permissions = {
  contents: 'write',
  deployments: 'write',
  checks: 'write',
  issues: 'write',
  actions: 'read',
  'pull-requests': 'read',
} as const;

/** A project on GitHub with two registered versions, jobs that deploy them to a folder, and `more` of its environment. */
export async function makeRelease(more = '') {
  const shared = makeFolder();
  const target = join(shared, 'srv');
  const site = await makeSite({ 'trainyard.yml': config(target, more) });
  sites.push(site);
  const workspace = join(shared, 'workspace');
  mkdirSync(workspace);
  for (const version of ['1.0.0', '1.1.0']) registerVersion(workspace, version, { commit: null });
  const sha = site.project.git('rev-parse', 'main');
  const occasion = { ...site.ofPush(sha, '0'.repeat(40)), event: 'workflow_dispatch' };
  const seed = (action: string, inputs: Record<string, string>, run = startRun(site, occasion)) => ({
    ...{ github: site.github, repository: site.repository, action, inputs, run, workspace },
    ...{ event: occasion.event, payload: occasion.payload, sha, ref: occasion.ref },
    token: site.github.state.token(permissions),
  });
  const step = async (action: string, inputs: Record<string, string> = {}): Promise<FinishedStep> => {
    const given: StepSeed = seed(action, inputs);
    const finished = await startStep(given).finished;
    given.run.status = 'completed';
    return finished;
  };
  const file = join(target, 'current/model.bin');
  const served = () => (existsSync(file) ? readFileSync(file, 'utf8') : null);
  return { site, seed, step, served, target, workspace };
}
