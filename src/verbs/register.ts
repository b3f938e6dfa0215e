import { join } from 'node:path';
import type { ModelConfig } from '../config/parse.ts';
import { isGtoName, versionTag, type WantedVersion } from '../core/version/tag.ts';
import { manifestText, rootDigest } from '../formats/manifest.ts';
import type { Documents } from '../ledger/documents.ts';
import { recordVersion, refuseRecordedOtherwise } from '../ledger/registrations.ts';
import type { VersionTags } from '../platform/version-tags.ts';
import { manifestOf, resourcesOf, withShards } from '../registry/manifest.ts';
import { newestDigest } from '../registry/newest.ts';
import { requireSignature } from '../registry/signed.ts';
import type { Signer, WritableRegistry } from '../registry/types.ts';
import { otherBytes } from '../registry/verified.ts';
import { configOf } from '../run/config-at.ts';
import type { Deps } from '../run/deps.ts';
import {
  type Admitted,
  admittedRun,
  bringFiles,
  filesGone,
  madeAgain,
  type Released,
  releasedRun,
} from '../run/registrable.ts';
import { modelsOf, readWanted, releasedCommit } from '../run/wanted-version.ts';
import type { RunRecord } from '../schema/run.types.ts';
import { besides } from '../stores/verified.ts';

/** Where versions are registered from: a laptop, or a job. */
export interface RegisterSite {
  deps: Deps;
  /** The same, with verdicts looked up among the runs of the workflow that recorded a run. */
  judging(workflow: string | null): Deps;
  registry(model: ModelConfig): Promise<WritableRegistry>;
  tags: VersionTags;
  documents: Documents;
  /** What signs versions of a model; `null`: they are not signed. */
  signer(model: ModelConfig): Signer | null;
}

export interface RegisterOptions {
  /** `v1.2.0`: every model whose bytes changed; `churn@v1.2.0`: that model. */
  version: string;
  /** Only this model. */
  model: string | null;
  /** Commit, branch or tag that is released. */
  revision: string;
  /** Trains where the files of the run are gone. */
  retrain: boolean;
}

/** What became of one model. */
export interface Registration {
  model: string;
  version: string;
  tag: string;
  /** `same-bytes`: the newest version has these bytes already, so there is no new one. */
  result: 'registered' | 'unchanged' | 'same-bytes';
  /** Root digest of the files. */
  digest: string;
  run: string;
  verdict: string | null;
  /** Where a person can look at the version. */
  url: string | null;
  /** Names of the environments that the model is deployed to, by the configuration of the released commit. */
  environments: readonly string[];
  warnings: readonly string[];
}

/**
 * Registers the models of a commit under a version: the run recorded for it, judged by the gate, becomes an annotated tag
 * and an immutable version in the registry, and stands in the ledger. Doing it twice is doing it once, and one that was
 * cut off goes on. Whatever must not be released is a ConfigError before anything is written.
 */
export async function register(site: RegisterSite, options: RegisterOptions): Promise<Registration[]> {
  const wanted = readWanted(options);
  const commit = await releasedCommit(site.deps, options.revision);
  const context = await site.deps.platform.context();
  const config = await configOf(site.deps, { ...context, builtSha: commit.sha, headSha: commit.sha });
  const done: Registration[] = [];
  for (const model of modelsOf(config, wanted.model)) {
    const environments = model.deploy.map(({ name }) => name);
    const work = { model, config, commit, wanted, retrain: options.retrain };
    done.push({ ...(await registerModel(site, work)), environments });
  }
  return done;
}

type Done = Omit<Registration, 'environments'>;

interface Work extends Released {
  wanted: WantedVersion;
  retrain: boolean;
}

async function registerModel(site: RegisterSite, work: Work): Promise<Done> {
  const { model, wanted } = work;
  const { version } = wanted;
  const record = await releasedRun(site.deps, work);
  const digest = rootDigest(resourcesOf(record, model.register.files));
  const registry = await site.registry(model);
  const about = {
    model: model.name,
    version,
    tag: versionTag(model.name, version),
    digest,
    run: runOf(record),
  };
  const there = await registry.find(model.name, version);
  if (there !== null) {
    if (there.digest !== digest) throw otherBytes(there, { digest });
    await recordVersion(site.deps.runtime, site.documents, there, manifestText(there));
    const url = await registry.page(model.name, version);
    return { ...about, result: 'unchanged', verdict: there.verdict?.kind ?? null, url, warnings: [] };
  }
  if (wanted.model === null && (await newestDigest(registry, model.name)) === digest)
    return { ...about, result: 'same-bytes', verdict: null, url: null, warnings: [] };
  const admitted = await admittedRun(site.judging(record.commit.workflow_path), record);
  return withFiles(site, work, { record, admitted }, (ready) => publish(site, work, registry, ready));
}

/** A run that may be released, with its files. */
interface Ready {
  record: RunRecord;
  admitted: Admitted;
  folder: string;
}

async function publish(
  { deps, tags, documents, signer }: RegisterSite,
  { model, commit, wanted: { version } }: Work,
  registry: WritableRegistry,
  { record, admitted, folder }: Ready,
): Promise<Done> {
  const { runtime } = deps;
  const { verdict, warnings } = admitted;
  const manifest = manifestOf({
    ...{ record, version, verdict, commit: commit.sha, created: runtime.clock.now() },
    resources: await withShards(runtime.files, resourcesOf(record, model.register.files), folder),
  });
  await refuseRecordedOtherwise(documents, manifest);
  const text = manifestText(manifest);
  const signature = (await signer(model)?.(manifest, text)) ?? null;
  if (model.register.signer !== null)
    await requireSignature(runtime, { manifest, text, signature }, model.register.signer);
  const tag = versionTag(model.name, version);
  await tags.ensure({ tag, sha: commit.sha, message: `Register ${model.name} ${version}` });
  const { result, url } = await registry.publish({ manifest, text, folder, signature });
  await recordVersion(runtime, documents, manifest, text);
  return {
    ...{ model: model.name, version, tag, digest: manifest.digest, run: runOf(record), url },
    result: result === 'created' ? 'registered' : 'unchanged',
    verdict: verdict.kind,
    warnings: [...warnings, ...nameWarnings(model)],
  };
}

/** Does something with the files of a run in a folder that is gone afterwards; made again where they are gone and that was asked for. */
async function withFiles<T>(
  { deps }: RegisterSite,
  work: Work,
  { record, admitted }: Omit<Ready, 'folder'>,
  use: (ready: Ready) => Promise<T>,
): Promise<T> {
  const { files, random } = deps.runtime;
  const folder = besides(random, join(deps.stateFolder, 'registering', record.id));
  try {
    if (await bringFiles(deps, record, folder)) return await use({ record, admitted, folder });
    if (!work.retrain) throw filesGone(record);
    const made = await madeAgain(deps, work, record, folder);
    return await use({ record: made, admitted: await admittedRun(unsettled(deps), made), folder });
  } finally {
    await files.remove(folder);
  }
}

/** For a run made again: the verdict that stands is on what was made first. */
function unsettled(deps: Deps): Deps {
  const platform = { ...deps.platform, standingVerdict: async () => null, keepVerdict: async () => {} };
  return { ...deps, platform };
}

function runOf({ id, promoted_from }: RunRecord): string {
  return promoted_from ?? id;
}

function nameWarnings({ name }: ModelConfig): string[] {
  if (isGtoName(name)) return [];
  return [`GTO does not read the name "${name}": it takes small letters, digits, "-" and "/".`];
}
