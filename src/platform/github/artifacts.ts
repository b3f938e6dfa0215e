import { orNull } from '../../github/failures.ts';
import { at, type Call, type GitHubClient } from '../../github/types.ts';
import type { HandedFile } from '../types.ts';
import { readZipFile } from './zip.ts';

/**
 * Hands files to later jobs and runs as an artifact of this run. `false` when this run has one of that name already. The
 * runner's own service does it, so the job brings the implementation; reading is by REST.
 */
export interface ArtifactUploads {
  /** `retentionDays`: the repository's own setting when left out. */
  upload(artifact: string, files: readonly HandedFile[], retentionDays?: number): Promise<boolean>;
}

/** An artifact as GitHub lists it: name and bytes are the uploader's, the run is GitHub's word. */
export interface Artifact {
  id: number;
  name: string;
  bytes: number;
  created: string;
  /** When GitHub removes it; '' on servers that do not tell. */
  expires: string;
  runId: number | null;
  /** Made by a run of this repository itself, not of a fork. */
  own: boolean;
}

/** A run as GitHub tells it. */
export interface WorkflowRun {
  id: number;
  event: string;
  path: string;
  status: string;
  headSha: string;
  headBranch: string | null;
  repository: number;
  headRepository: number | null;
}

interface ArtifactAnswer {
  id: number;
  name: string;
  size_in_bytes: number;
  expired: boolean;
  created_at: string | null;
  expires_at: string | null;
  workflow_run?: { id?: number; repository_id?: number; head_repository_id?: number } | null;
}

interface RunAnswer {
  id: number;
  event: string;
  path: string;
  status: string | null;
  head_sha: string;
  head_branch: string | null;
  repository: { id: number };
  head_repository: { id: number } | null;
}

const reading = 'actions: read';

/** Largest artifact that is fetched, and largest file in it. */
const archiveBytes = 16 * 1024 * 1024;
const fileBytes = 64 * 1024 * 1024;

/** Artifacts that are still there, newest first: of one run, or of the repository; at most `maxPages` × 100. */
export async function listArtifacts(
  client: GitHubClient,
  filter: { runId?: number; name?: string },
  maxPages: number,
): Promise<Artifact[]> {
  const { owner, repo } = client;
  const path =
    filter.runId === undefined
      ? at`/repos/${owner}/${repo}/actions/artifacts`
      : at`/repos/${owner}/${repo}/actions/runs/${filter.runId}/artifacts`;
  const query = { per_page: 100, name: filter.name };
  const found: Artifact[] = [];
  const listed = client.pages<ArtifactAnswer, { artifacts: ArtifactAnswer[] }>(
    { method: 'GET', path, query, needs: reading },
    (page) => page.artifacts,
    maxPages,
  );
  for await (const artifact of listed) if (!artifact.expired) found.push(artifactOf(artifact));
  return found.sort(newestFirst);
}

/** Ids do not always grow with time: an artifact of a later attempt may have a lower one. */
function newestFirst(a: Artifact, b: Artifact): number {
  return Date.parse(b.created || '0') - Date.parse(a.created || '0') || b.id - a.id;
}

/** Text of one file of an artifact; `null` when the artifact is gone, too large, or has no such file. */
export async function readArtifact(
  client: GitHubClient,
  artifact: Artifact,
  file: string,
): Promise<string | null> {
  if (artifact.bytes > archiveBytes) return null;
  const archive = await orNull(client.bytes(archiveCall(client, artifact), archiveBytes), 404, 410);
  const content = archive && (await readZipFile(archive, file, fileBytes));
  return content && new TextDecoder().decode(content);
}

/** Brings the archive of an artifact to `path`; false when it is gone. More than `maxBytes`: UpstreamError. */
export async function downloadArtifact(
  client: GitHubClient,
  artifact: Artifact,
  path: string,
  maxBytes: number,
): Promise<boolean> {
  const done = client.download(archiveCall(client, artifact), path, maxBytes).then(() => true);
  return (await orNull(done, 404, 410)) ?? false;
}

function archiveCall({ owner, repo }: GitHubClient, { id }: Artifact): Call {
  return { method: 'GET', path: at`/repos/${owner}/${repo}/actions/artifacts/${id}/zip`, needs: reading };
}

/** One run; `null` when it is gone. */
export async function readRun(client: GitHubClient, id: number): Promise<WorkflowRun | null> {
  const path = at`/repos/${client.owner}/${client.repo}/actions/runs/${id}`;
  const answer = await orNull(client.rest<RunAnswer>({ method: 'GET', path, needs: reading }), 404);
  return answer && runOf(answer.data);
}

/** Runs on a head commit, newest first. */
export async function runsOfHead(client: GitHubClient, headSha: string): Promise<WorkflowRun[]> {
  const path = at`/repos/${client.owner}/${client.repo}/actions/runs`;
  const query = { head_sha: headSha, per_page: 100 };
  const call = { method: 'GET', path, query, needs: reading } as const;
  const { data } = await client.rest<{ workflow_runs: RunAnswer[] }>(call);
  return data.workflow_runs.map(runOf).sort((a, b) => b.id - a.id);
}

function artifactOf(answer: ArtifactAnswer): Artifact {
  const run = answer.workflow_run;
  return {
    id: answer.id,
    name: answer.name,
    bytes: answer.size_in_bytes,
    created: answer.created_at ?? '',
    expires: answer.expires_at ?? '',
    runId: run?.id ?? null,
    own: run?.repository_id !== undefined && run.repository_id === run.head_repository_id,
  };
}

function runOf(run: RunAnswer): WorkflowRun {
  return {
    id: run.id,
    event: run.event,
    path: run.path.split('@', 1)[0] as string,
    status: run.status ?? '',
    headSha: run.head_sha,
    headBranch: run.head_branch,
    repository: run.repository.id,
    headRepository: run.head_repository?.id ?? null,
  };
}
