import { ConfigError, UpstreamError } from '../../core/errors.ts';
import { readRunRecord, writeRunRecord } from '../../formats/run-record.ts';
import type { GitHubClient } from '../../github/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import type { RunRecord } from '../../schema/run.types.ts';
import { ambiguousId, isRunIdPart, requireRunId } from '../names.ts';
import type { Platform } from '../types.ts';
import {
  type Artifact,
  type ArtifactUploads,
  listArtifacts,
  readArtifact,
  readRun,
  type WorkflowRun,
} from './artifacts.ts';
import { promotableFor } from './promotion.ts';
import { believed } from './trust.ts';

type Records = Pick<Platform, 'promotable' | 'keepRecord' | 'runById'>;

/** Prefix of the artifacts that hold one record each, and the file in them. */
const prefix = 'trainyard-run-';
const file = 'run.json';

/** Records read when no commit narrows them, and pages of artifacts looked through for one by its id. */
const newestRead = 5;
const listedPages = 5;

/** Model and id in an artifact's name. */
interface Named {
  artifact: Artifact;
  model: string;
  id: string;
}

/** Keeps each record as an artifact of its own. */
export function createRecordUploads(uploads: ArtifactUploads): Pick<Platform, 'keepRecord'> {
  return {
    async keepRecord(record) {
      const id = requireRunId(record.id);
      await uploads.upload(`${prefix}${record.model}-${id}`, [{ path: file, text: writeRunRecord(record) }]);
    },
  };
}

/** Records of runs as artifacts; what GitHub says about the run they came from counts, not what they say themselves. */
export function createKeptRuns(
  runtime: Runtime,
  client: GitHubClient,
  uploads: ArtifactUploads,
  commits: Pick<Platform, 'commit' | 'folderAt'>,
): Records {
  /** The record of an artifact; `null` (and a warning) when it is not what GitHub says its run was. */
  const readOf = async (one: Named, run: WorkflowRun): Promise<RunRecord | null> => {
    const text = await readArtifact(client, one.artifact, file).catch(unreadable);
    const told = typeof text === 'string' ? checked(text, one, run) : text;
    if (told === null || !('why' in told)) return told;
    runtime.log.warn(`The record of run ${run.id} is not used: ${told.why}`);
    return null;
  };
  const read = async (one: Named): Promise<RunRecord | null> => {
    const run = one.artifact.runId === null ? null : await readRun(client, one.artifact.runId);
    return run && readOf(one, run);
  };

  return {
    ...createRecordUploads(uploads),

    async promotable(model, context) {
      if (context !== null) {
        const recordsOf = async (run: WorkflowRun) => {
          const listed = named(await listArtifacts(client, { runId: run.id }, 1), model);
          return readAll(listed, (one) => readOf(one, run));
        };
        return newest(await promotableFor(client, context, commits, recordsOf));
      }
      const listed = named(await ownArtifacts(client, 1), model);
      return newest(await readAll(listed.slice(0, newestRead), read));
    },

    async runById(part) {
      if (!isRunIdPart(part)) return null;
      const listed = named(await ownArtifacts(client, listedPages), null);
      const found = listed.filter(({ id }) => id.startsWith(part));
      const ids = [...new Set(found.map(({ id }) => id))];
      if (ids.length > 1) throw ambiguousId(part, ids);
      for (const candidate of found) {
        const record = await read(candidate);
        if (record) return record;
      }
      return null;
    },
  };
}

/** A fork calls its artifacts what it likes, and makes as many as it likes: they hide none of ours. */
async function ownArtifacts(client: GitHubClient, pages: number): Promise<Artifact[]> {
  return (await listArtifacts(client, {}, pages)).filter(({ own }) => own);
}

/** The record of an artifact, or why it is not what GitHub says its run was: it is a stranger's data, nothing to fail by. */
function checked(
  text: string,
  { artifact, id, model }: Named,
  run: WorkflowRun,
): RunRecord | { why: string } {
  try {
    const told = believed(readRunRecord(text, `${artifact.name}/${file}`), run);
    if (typeof told === 'string') return { why: `${told}.` };
    return told.id === id && told.model === model
      ? told
      : { why: 'it is another record than its name says.' };
  } catch (error) {
    if (error instanceof ConfigError) return { why: error.message };
    throw error;
  }
}

/** An archive that cannot be read is one thing, a server that fails another. */
function unreadable(error: unknown): { why: string } {
  if (error instanceof UpstreamError && !error.retryable) return { why: error.message };
  throw error;
}

/** Artifacts that hold a record (of the model), each id once, newest first. */
function named(artifacts: readonly Artifact[], model: string | null): Named[] {
  const found: Named[] = [];
  for (const artifact of artifacts) {
    const match = /^trainyard-run-([A-Za-z0-9._-]{1,100})-([0-9a-f]{20})$/.exec(artifact.name);
    const [, name, id] = match ?? [];
    if (name !== undefined && id !== undefined && (model === null || name === model)) {
      found.push({ artifact, model: name, id });
    }
  }
  return found;
}

async function readAll<T>(
  items: readonly T[],
  read: (item: T) => Promise<RunRecord | null>,
): Promise<RunRecord[]> {
  const records = new Map<string, RunRecord>();
  for (const item of items) {
    const record = await read(item);
    if (record && !records.has(record.id)) records.set(record.id, record);
  }
  return [...records.values()];
}

function newest(records: RunRecord[]): RunRecord[] {
  return records.sort((a, b) => Date.parse(b.finished) - Date.parse(a.finished));
}
