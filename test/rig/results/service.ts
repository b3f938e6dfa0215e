import { createHash } from 'node:crypto';
import type { Places } from '../github/call.ts';
import type { Artifact, Upload, WorkflowRun } from '../github/records.ts';
import { artifactsOf, isExpired } from '../github/run-artifacts.ts';
import { signedUrl } from '../github/signed.ts';
import { type State, stamp, timestamp } from '../github/state.ts';
import { type Bearer, runBackendId } from './tokens.ts';
import { type Message, type Method, TwirpError } from './twirp.ts';

/** One request to the artifact service, checked against its description. */
interface Request {
  state: State;
  places: Places;
  bearer: Bearer;
  message: Message;
}

/** Answers a request of a job; throws a TwirpError. */
export function serveArtifacts(method: Method, request: Request): object {
  const { run, attempt } = request.bearer;
  // In the words of the real service (README.md of ../github).
  const known = attempts(run).some(
    (each) => runBackendId(run, each) === request.message.workflow_run_backend_id,
  );
  if (!known) throw new TwirpError('not_found', 'workflow run not found');
  const adds = method === 'CreateArtifact' || method === 'FinalizeArtifact';
  if (adds && request.message.workflow_run_backend_id !== runBackendId(run, attempt))
    throw new TwirpError('not_found', 'workflow run not found');
  return methods[method](request);
}

const methods: Record<Method, (request: Request) => object> = {
  CreateArtifact({ state, places, bearer, message }) {
    const { run, attempt, job } = bearer;
    const { name } = message;
    const taken = run.artifacts.some((artifact) => artifact.attempt === attempt && artifact.name === name);
    if (taken || uploadNamed(state, bearer, name))
      throw new TwirpError('already_exists', 'an artifact with this name already exists on the workflow run');
    const key = createHash('sha256').update(`upload ${state.id()}`).digest('hex');
    const contentType = message.mime_type ?? 'application/zip';
    const expires = expiryOf(state, run, message.expires_at);
    const upload: Upload = {
      key,
      run,
      attempt,
      job,
      name,
      contentType,
      expires,
      blocks: new Map(),
      bytes: null,
    };
    state.uploads.set(key, upload);
    return {
      ok: true,
      signed_upload_url: signedUrl(state, places, `/results/uploads/${key}.zip`, 'write', 60),
    };
  },

  FinalizeArtifact({ state, bearer, message }) {
    const upload = uploadNamed(state, bearer, message.name);
    if (!upload) throw new TwirpError('not_found', 'artifact not found');
    if (!upload.bytes) throw new TwirpError('failed_precondition', 'the artifact was not uploaded');
    const digest = `sha256:${sha256(upload.bytes)}`;
    if (Number(message.size) !== upload.bytes.length || (message.hash ?? digest) !== digest)
      throw new TwirpError('invalid_argument', 'size or hash is not that of what was uploaded');
    state.uploads.delete(upload.key);
    const { run, attempt, job, name, contentType, expires, bytes } = upload;
    const artifact: Artifact = { ...stamp(state), name, zip: bytes, contentType, expires, attempt, job };
    run.artifacts.push(state.visibility.created(artifact));
    return { ok: true, artifact_id: String(artifact.id) };
  },

  ListArtifacts({ state, bearer, message }) {
    const { run } = bearer;
    const fitting = artifactsOf(run).filter(
      (artifact) =>
        (message.name_filter === undefined || artifact.name === message.name_filter) &&
        (message.id_filter === undefined || String(artifact.id) === message.id_filter) &&
        !isExpired(state, artifact),
    );
    return { artifacts: fitting.map((artifact) => listedArtifact(run, artifact)) };
  },

  GetSignedArtifactURL(request) {
    const artifact = artifactNamed(request);
    return {
      signed_url: signedUrl(request.state, request.places, `/artifacts/${artifact.id}.zip`, 'read', 10),
    };
  },

  DeleteArtifact(request) {
    const artifact = artifactNamed(request);
    const { artifacts } = request.bearer.run;
    artifacts.splice(artifacts.indexOf(artifact), 1);
    return { ok: true, artifact_id: String(artifact.id) };
  },
};

function listedArtifact(run: WorkflowRun, artifact: Artifact): object {
  return {
    workflow_run_backend_id: runBackendId(run, artifact.attempt),
    workflow_job_run_backend_id: artifact.job,
    database_id: String(artifact.id),
    name: artifact.name,
    size: String(artifact.zip.length),
    created_at: artifact.created,
    digest: `sha256:${sha256(artifact.zip)}`,
  };
}

/** The artifact of this name in the attempt the request names. */
function artifactNamed({ state, bearer: { run }, message }: Request): Artifact {
  const found = artifactsOf(run).find(
    (artifact) =>
      artifact.name === message.name &&
      runBackendId(run, artifact.attempt) === message.workflow_run_backend_id &&
      !isExpired(state, artifact),
  );
  if (!found) throw new TwirpError('not_found', 'artifact not found');
  return found;
}

function uploadNamed(state: State, { run, attempt }: Bearer, name: string): Upload | undefined {
  return [...state.uploads.values()].find(
    (upload) => upload.run === run && upload.attempt === attempt && upload.name === name,
  );
}

/** As asked for, but no later than the repository's setting allows. */
function expiryOf(state: State, run: WorkflowRun, asked: string | undefined): string {
  const home = [...state.repositories.values()].find(({ runs }) => runs.includes(run));
  const latest = state.now().getTime() + (home?.retentionDays ?? 90) * 86_400_000;
  return timestamp(new Date(Math.min(latest, asked === undefined ? latest : Date.parse(asked))));
}

function attempts(run: WorkflowRun): number[] {
  return Array.from({ length: run.attempt }, (_, index) => index + 1);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
