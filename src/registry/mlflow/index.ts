import { join } from 'node:path';
import { ConfigError } from '../../core/errors.ts';
import { manifestName, readManifest } from '../../formats/manifest.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { ModelManifest } from '../../schema/manifest.types.ts';
import type { NewVersion, Published, WritableRegistry } from '../types.ts';
import { bringVerified, missingFile, otherBytes } from '../verified.ts';
import { aliasOf, versionOfAlias } from './names.ts';
import { type MlflowServer, openMlflow, Refused } from './server.ts';

/** The experiment whose runs hold the files. */
const experimentName = 'trainyard';
const signatureName = 'model.sig';

/** What of a model version we read. */
interface ModelVersion {
  name: string;
  version: string;
  source: string;
}

/**
 * Versions as model versions of an MLflow server that keeps artifacts itself (`--artifacts-destination`). MLflow counts
 * them 1, 2, 3; the alias `v1_2_0` says which one is ours, and is set last: without it there is no version. The files lie
 * below `files/` of a run of the experiment `trainyard`, with the manifest and the signature beside them.
 */
export function createMlflowRegistry(runtime: Runtime, url: string): WritableRegistry {
  const server = openMlflow(runtime, url);
  const documentOf = async (model: string, version: string, name: string) => {
    const there = await versionAt(server, model, version);
    return there === null ? null : server.readText(`${placeOf(there)}/${name}`);
  };
  const find: WritableRegistry['find'] = async (model, version) => {
    const text = await documentOf(model, version, manifestName);
    return text === null ? null : readManifest(text, `${model} ${version} in MLflow`, { model, version });
  };
  return {
    id: 'mlflow',
    find,

    async versions(model) {
      const told = await server.get<{ registered_model: { aliases?: { alias: string }[] } }>(
        'registered-models/get',
        { name: model },
      );
      const aliases = told?.registered_model.aliases ?? [];
      return aliases.flatMap(({ alias }) => versionOfAlias(alias) ?? []);
    },

    async fetch(manifest, folder) {
      const there = await versionAt(server, manifest.model, manifest.model_version);
      await bringVerified(runtime, manifest, folder, async (name, file) => {
        const brought = there !== null && (await server.download(`${placeOf(there)}/files/${name}`, file));
        if (!brought) throw missingFile(manifest, name);
      });
    },

    async publish(version) {
      const there = await find(version.manifest.model, version.manifest.model_version);
      if (there === null) return publish(server, url, version);
      if (there.digest !== version.manifest.digest) throw otherBytes(there, version.manifest);
      return { result: 'unchanged', url: pageOf(url, there.model) };
    },

    page: async (model) => pageOf(url, model),

    async signed(model, version) {
      const text = await documentOf(model, version, manifestName);
      return text === null ? null : { text, signature: await documentOf(model, version, signatureName) };
    },
  };
}

async function publish(
  server: MlflowServer,
  url: string,
  { manifest, text, folder, signature }: NewVersion,
): Promise<Published> {
  const { model, model_version: version, resources } = manifest;
  await unlessThere(server.post('registered-models/create', { name: model }));
  const run = await startRun(server, manifest);
  const place = `${run.experiment}/${run.id}/artifacts`;
  for (const { name, bytes } of resources)
    await server.put(`${place}/files/${name}`, { file: join(folder, name), bytes });
  if (signature !== null) await server.put(`${place}/${signatureName}`, { text: signature });
  await server.put(`${place}/${manifestName}`, { text });
  await logMetrics(server, run.id, manifest);
  const made = await server.post<{ model_version: ModelVersion }>('model-versions/create', {
    ...{ name: model, source: `mlflow-artifacts:/${place}`, run_id: run.id },
    tags: tagsOf(manifest),
  });
  await server.post('registered-models/alias', {
    ...{ name: model, alias: aliasOf(version), version: made.model_version.version },
  });
  return { result: 'created', url: pageOf(url, model) };
}

async function startRun(
  server: MlflowServer,
  manifest: ModelManifest,
): Promise<{ id: string; experiment: string }> {
  await unlessThere(server.post('experiments/create', { name: experimentName }));
  const told = await server.get<{ experiment: { experiment_id: string } }>('experiments/get-by-name', {
    experiment_name: experimentName,
  });
  const experiment = told?.experiment.experiment_id ?? '';
  const { run } = await server.post<{ run: { info: { run_id: string; artifact_uri: string } } }>(
    'runs/create',
    {
      ...{ experiment_id: experiment, run_name: `${manifest.model} ${manifest.model_version}` },
      ...{ start_time: Date.parse(manifest.created), tags: tagsOf(manifest) },
    },
  );
  const { run_id: id, artifact_uri: uri } = run.info;
  if (uri.startsWith('mlflow-artifacts:')) return { id, experiment };
  throw new ConfigError(`The MLflow server keeps no artifacts itself: they go to ${uri.split('/')[0]}.`, {
    expected: 'a server that was started with --artifacts-destination, and not with --default-artifact-root',
    hint: 'Start it with --artifacts-destination, or keep versions on GitHub or in a folder.',
  });
}

/** Metrics over all rows, so that MLflow shows them; the manifest has all. */
async function logMetrics(server: MlflowServer, run: string, manifest: ModelManifest): Promise<void> {
  const timestamp = Date.parse(manifest.created);
  const metrics = (manifest.metrics ?? []).flatMap(({ name, slice, class: label, value }) =>
    slice === null && label === null && value !== null ? [{ key: name, value, timestamp, step: 0 }] : [],
  );
  await server.post('runs/log-batch', { run_id: run, metrics: metrics.slice(0, 1000) });
  await server.post('runs/update', { run_id: run, status: 'FINISHED', end_time: timestamp });
}

async function versionAt(server: MlflowServer, model: string, version: string): Promise<ModelVersion | null> {
  const told = await server.get<{ model_version: ModelVersion }>('registered-models/alias', {
    name: model,
    alias: aliasOf(version),
  });
  return told?.model_version ?? null;
}

/** Where the files of a version lie among the artifacts. */
function placeOf({ name, version, source }: ModelVersion): string {
  const [, place] = /^mlflow-artifacts:\/(?:\/[^/]*\/)?(\d+\/[0-9a-f]{32}\/artifacts)$/.exec(source) ?? [];
  if (place !== undefined) return place;
  throw new ConfigError(`Version ${version} of ${name} in MLflow was not registered by Trainyard.`, {
    expected: 'an alias as "v1_2_0" only on versions that Trainyard made',
    hint: 'Remove that alias in MLflow.',
  });
}

function tagsOf({ model, model_version: version, digest, commit, run, verdict }: ModelManifest) {
  const tags = { model, version, digest, commit, run, verdict: verdict?.kind ?? null };
  return Object.entries(tags).flatMap(([key, value]) =>
    value === null ? [] : [{ key: `trainyard.${key}`, value }],
  );
}

async function unlessThere(made: Promise<unknown>): Promise<void> {
  try {
    await made;
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'RESOURCE_ALREADY_EXISTS')) throw error;
  }
}

function pageOf(url: string, model: string): string {
  return `${url}/#/models/${encodeURIComponent(model)}`;
}
