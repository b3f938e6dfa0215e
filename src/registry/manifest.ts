import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { RegisterConfig } from '../config/register.ts';
import { ConfigError, type Place } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { byName, manifestName, rootDigest } from '../formats/manifest.ts';
import type { Files } from '../runtime/types.ts';
import type { ManifestVerdict, ModelManifest, ModelResource } from '../schema/manifest.types.ts';
import type { Artifact, RunRecord } from '../schema/run.types.ts';
import { version as ownVersion } from '../version.ts';

/** Files from this size on list the digests of their shards; each shard has `shardBytes`, the last one the rest. */
const shardedFrom = 2 * 1024 ** 3;
const shardBytes = 1024 ** 3;

/** What makes a version of a run. */
export interface VersionFacts {
  record: RunRecord;
  version: string;
  /** The commit that is released. */
  commit: string;
  verdict: ManifestVerdict;
  resources: ModelResource[];
  created: Date;
}

/**
 * The files of a run as a manifest lists them: the outputs that the configuration names, else all but those that hold
 * metrics or predictions. None at all, a path that is no output, and a file called as the manifest is: ConfigErrors.
 */
export function resourcesOf(
  { id, model, artifacts }: RunRecord,
  wanted: RegisterConfig['files'],
): ModelResource[] {
  const byPath = new Map(artifacts.map((artifact) => [artifact.path, artifact]));
  const missing = wanted?.find(({ path }) => ![...byPath.keys()].some((output) => isAt(output, path)));
  if (missing) throw noOutput(missing, [...byPath.keys()]);
  const isModel = ({ path, holds }: Artifact) =>
    wanted === null ? holds === undefined : wanted.some((one) => isAt(path, one.path));
  const resources = [...byPath.values()].filter(isModel).map(({ path, bytes, sha256 }): ModelResource => {
    return { name: path, bytes, algorithm: 'sha256', digest: sha256 };
  });
  if (resources.length === 0)
    throw new ConfigError(`The run ${id} of ${model} made no files, so there is nothing to register.`, {
      expected: 'outputs of a stage: "outs: [model]"',
      hint: 'Declare the model as an output of the stage that makes it, and train again.',
    });
  if (resources.some(({ name }) => name === manifestName))
    throw new ConfigError(`A file of ${model} is called ${manifestName}, as the manifest of a version is.`, {
      place: { file: manifestName },
      hint: 'Let the stage write it into a folder, or under another name.',
    });
  return resources.sort(byName);
}

/** Whether an output is that file, or lies in that folder. */
function isAt(output: string, path: string): boolean {
  return output === path || output.startsWith(`${path}/`);
}

function noOutput({ path, place }: { path: string; place: Place }, outputs: readonly string[]): ConfigError {
  const guess = nearest(path, outputs);
  return new ConfigError(`${JSON.stringify(path)} of "register.files" is no output of the run.`, {
    place,
    expected: `some of ${outputs.slice(0, 20).join(', ') || 'no outputs at all'}`,
    ...(guess !== null && { hint: `Did you mean "${guess}"?` }),
  });
}

/** The same with the digests of shards, which are read from the files below `folder`. */
export async function withShards(
  files: Files,
  resources: readonly ModelResource[],
  folder: string,
): Promise<ModelResource[]> {
  const done: ModelResource[] = [];
  for (const resource of resources) {
    if (resource.bytes < shardedFrom) done.push(resource);
    else done.push({ ...resource, shards: await shardsOf(files, join(folder, resource.name), shardBytes) });
  }
  return done;
}

/** SHA-256 of each `bytes` bytes of a file that has more of them. */
export async function shardsOf(
  files: Pick<Files, 'stream'>,
  file: string,
  bytes: number,
): Promise<NonNullable<ModelResource['shards']>> {
  const digests: string[] = [];
  let hash = createHash('sha256');
  let left = bytes;
  for await (const chunk of files.stream(file, undefined, undefined, [new Uint8Array(1 << 20)])) {
    for (let at = 0; at < chunk.length; ) {
      if (left === 0) {
        digests.push(hash.digest('hex'));
        [hash, left] = [createHash('sha256'), bytes];
      }
      const piece = chunk.subarray(at, at + left);
      hash.update(piece);
      at += piece.length;
      left -= piece.length;
    }
  }
  const [first = '', second = '', ...rest] = [...digests, hash.digest('hex')];
  return { bytes, digests: [first, second, ...rest] };
}

/** The manifest of a version. */
export function manifestOf(facts: VersionFacts): ModelManifest {
  const { record, version, commit, verdict, resources, created } = facts;
  const { rows, labels, evaluator, inputs, config } = record.digests;
  return {
    schema: 'trainyard/manifest',
    version: 1,
    model: record.model,
    model_version: version,
    digest: rootDigest(resources),
    resources,
    commit,
    run: record.promoted_from ?? record.id,
    verdict,
    metrics: record.metrics.map(({ name, slice, class: label, value, state, direction, n }) => ({
      ...{ name, slice, class: label, value, state, direction, n },
    })),
    data: { rows, labels, evaluator, inputs, config, sources: record.inputs },
    params: record.params,
    environment: environmentOf(record),
    producer: { name: 'trainyard', version: ownVersion },
    created: created.toISOString(),
  };
}

function environmentOf({ environment }: RunRecord): NonNullable<ModelManifest['environment']> | null {
  if (environment === null) return null;
  const { digest, python, platform, packages, hardware } = environment;
  return { digest, python, platform, packages, ...(hardware !== undefined && { hardware }) };
}
