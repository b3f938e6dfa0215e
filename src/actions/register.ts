import type { RequiredSigner } from '../config/register.ts';
import { ConfigError } from '../core/errors.ts';
import { isPublic } from '../github/repository.ts';
import { createGitHubDocuments } from '../ledger/github/documents.ts';
import { linkVersions } from '../platform/github/release-link.ts';
import { createVerdicts } from '../platform/github/verdicts.ts';
import { createGitHubVersionTags } from '../platform/github/version-tags.ts';
import { openRegistry } from '../registry/api.ts';
import type { Signer } from '../registry/types.ts';
import { configOf } from '../run/config-at.ts';
import type { Deps } from '../run/deps.ts';
import { localRuns } from '../run/local-runs.ts';
import { type ActionsRuntime, setOutput } from '../runtime/actions/index.ts';
import { createFileBlobStore } from '../stores/index.ts';
import { type RegisterSite, type Registration, register as registerModels } from '../verbs/register.ts';
import { type Deployments, deploymentsOf } from './deployments.ts';
import { requireNoProposal } from './record.ts';
import { releaseTrigger } from './release-trigger.ts';
import { remoteDeps } from './remote-deps.ts';
import { openSite, type Site } from './site.ts';
import { createRunnerUploads } from './uploads.ts';

/**
 * The job that registers: a release, a tag or a dispatch becomes versions of the models whose runs were recorded for its
 * commit. It has no checkout and runs none of the project's code. Outputs: `versions` (JSON), and `version`, `tag` and
 * `model` of the one that is registered.
 */
export async function register(runtime: ActionsRuntime): Promise<number> {
  const site = openSite(runtime, 'write');
  await requireNoProposal(site, 'register');
  const trigger = await releaseTrigger(site);
  if (typeof trigger === 'string') {
    runtime.log.notice(trigger, { title: 'trainyard: nothing to register' });
    tell(site, [], {});
    return 0;
  }
  const { version, revision, release, preview } = trigger;
  const model = site.inputs.text('model');
  const registering = registerSite(site);
  const registered = await registerModels(registering, { version, revision, model, retrain: false });
  if (preview)
    runtime.log.notice(`${version} is a pre-release: it is deployed nowhere until it is released.`);
  tell(site, registered, preview ? {} : await deploymentsOf(registering.documents, registered));
  const links = registered.filter(({ result }) => result !== 'same-bytes');
  if (release !== null && links.length > 0) await linkVersions(site.client, release, links);
  return 0;
}

function registerSite(site: Site): RegisterSite {
  const { runtime, client, platform, runner, inputs, folder } = site;
  const deps: Deps = remoteDeps(
    site,
    { runs: localRuns, config: async () => configOf(deps, await platform.context()) },
    createFileBlobStore(runtime, folder),
  );
  const signingKey = inputs.text('signing-key');
  for (const line of signingKey?.split('\n') ?? []) if (line.trim() !== '') runtime.log.mask(line);
  const uploads = createRunnerUploads(runtime);
  return {
    deps,
    judging: (workflow) => ({
      ...deps,
      platform: { ...platform, ...createVerdicts(client, { ...runner, workflowPath: workflow }, uploads) },
    }),
    registry: ({ register }) => openRegistry({ runtime, root: runtime.cwd, client }, register),
    tags: createGitHubVersionTags(runtime, client),
    documents: createGitHubDocuments(client),
    signer: ({ register }) => signerOf(site, register.signer, signingKey),
  };
}

/** A workflow signs by a certificate for its run, anybody else by the key that is given. */
function signerOf(
  { client, inputs, runtime }: Site,
  required: RequiredSigner | null,
  key: string | null,
): Signer | null {
  if (required?.kind !== 'workflow')
    return key === null
      ? null
      : async (manifest, text) => (await import('../registry/signature.ts')).signVersion(manifest, text, key);
  if (key !== null)
    throw new ConfigError(
      'The input "signing-key" says nothing where "register.signed-by" names the workflow that signs.',
      {
        hint: 'Remove one of them.',
      },
    );
  return async (manifest, text) => {
    const { signKeyless } = await import('../registry/keyless/sign.ts');
    const place = {
      env: runtime.env,
      token: inputs.text('github-token') ?? '',
      isPublic: await isPublic(client),
    };
    return signKeyless(place, manifest, text);
  };
}

function tell({ runtime }: Site, versions: readonly Registration[], deployments: Deployments): void {
  const title = 'trainyard: registered';
  for (const { tag, result, url, environments, warnings } of versions) {
    const nowhere = environments.length === 0 ? ' It has no environment to be deployed to.' : '';
    const where = (url === null ? '' : ` ${url}`) + nowhere;
    if (result === 'same-bytes')
      runtime.log.notice(`${tag}: no new version, the bytes are those of the last.`, { title });
    else
      runtime.log.notice(`${tag}: ${result === 'registered' ? 'registered' : 'was registered'}.${where}`, {
        title,
      });
    for (const warning of warnings) runtime.log.warn(warning, { title });
  }
  const told = versions.map(({ warnings: _, ...version }) => version);
  setOutput('versions', JSON.stringify(told));
  setOutput('deployments', JSON.stringify(deployments));
  const there = versions.filter(({ result }) => result !== 'same-bytes');
  const [only] = there;
  if (only === undefined || there.length > 1) return;
  setOutput('model', only.model);
  setOutput('version', only.version);
  setOutput('tag', only.tag);
}
