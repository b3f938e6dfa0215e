import { createHash } from 'node:crypto';
import { byId, type Call, type Handlers, repositoryOf } from './call.ts';
import { counted } from './paging.ts';
import type { Artifact, WorkflowRun } from './records.ts';
import { Refusal } from './refusals.ts';
import { artifactsOf, isExpired } from './run-artifacts.ts';
import { nodeId, repositoryUrl } from './shapes.ts';
import { signedUrl } from './signed.ts';
import type { Repository } from './state.ts';

function artifactShape(call: Call, repository: Repository, run: WorkflowRun, artifact: Artifact): unknown {
  const url = `${repositoryUrl(call.places, repository)}/actions/artifacts/${artifact.id}`;
  const [repositoryId, head] = [repository.id, run.headRepository.id];
  return {
    ...{
      id: artifact.id,
      node_id: nodeId('A', artifact.id),
      name: artifact.name,
      size_in_bytes: artifact.zip.length,
    },
    ...{ url, archive_download_url: `${url}/zip`, expired: isExpired(call.state, artifact) },
    ...{ created_at: artifact.created, updated_at: artifact.updated, expires_at: artifact.expires },
    digest: `sha256:${createHash('sha256').update(artifact.zip).digest('hex')}`,
    workflow_run: {
      id: run.id,
      repository_id: repositoryId,
      head_repository_id: head,
      head_branch: run.headBranch,
      head_sha: run.headSha,
    },
  };
}

function artifactAt(call: Call) {
  const repository = repositoryOf(call);
  const all = repository.runs.flatMap((run) =>
    artifactsOf(run).map((artifact) => ({ id: artifact.id, run, artifact })),
  );
  return { repository, ...byId(all, call.path['artifact_id']) };
}

export const artifacts: Handlers = {
  'actions/list-workflow-run-artifacts': (call) => {
    const repository = repositoryOf(call);
    const run = byId(repository.runs, call.path['run_id']);
    const { name } = call.query;
    const own = artifactsOf(run).filter((artifact) => name === undefined || artifact.name === name);
    const shown = call.state.visibility.shown(own).reverse();
    return counted(call, 'artifacts', shown, (artifact) => artifactShape(call, repository, run, artifact));
  },
  'actions/list-artifacts-for-repo': (call) => {
    const repository = repositoryOf(call);
    const { name } = call.query;
    const own = repository.runs.flatMap((run) => artifactsOf(run).map((artifact) => ({ run, artifact })));
    const fitting = own.filter(({ artifact }) => name === undefined || artifact.name === name).reverse();
    return counted(call, 'artifacts', fitting, (one) =>
      artifactShape(call, repository, one.run, one.artifact),
    );
  },
  'actions/get-artifact': (call) => {
    const { repository, run, artifact } = artifactAt(call);
    return { status: 200, body: artifactShape(call, repository, run, artifact) };
  },
  'actions/download-artifact': (call) => {
    const { artifact } = artifactAt(call);
    const path = `/artifacts/${artifact.id}.zip`;
    if (!call.token) throw new Refusal(401, 'Requires authentication');
    if (isExpired(call.state, artifact)) throw new Refusal(410, 'Artifact has expired');
    return { status: 302, headers: { location: signedUrl(call.state, call.places, path, 'read', 1) } };
  },
};
