import { openZip } from '../../src/platform/github/zip.ts';
import type { Bundle, BundledModel } from '../../src/schema/bundle.types.ts';
import type { RunRecord } from '../../src/schema/run.types.ts';
import type { ProjectFiles } from '../rig/project.ts';
import { type GitHubSite, makeSite, type WorkflowResult } from '../rig/site.ts';
import { workflowPath } from '../rig/step.ts';

export interface ForkSeed {
  files?: ProjectFiles;
  isPrivate?: boolean;
  /** Whether main records its commit before the pull request is opened. */
  recorded?: boolean;
  edit?: [string, string, string];
}

/** A pull request from a fork that makes the model worse; its run had a token that may only read. */
export async function withFork({ files, isPrivate = true, recorded = true, edit }: ForkSeed = {}) {
  const site = await makeSite(files);
  const { github, repository, project } = site;
  repository.private = isPrivate;
  if (recorded) await site.workflow(site.ofPush(project.git('rev-parse', 'main'), '0'.repeat(40)));
  project.branch('change', 'main');
  project.edit(...(edit ?? (['params.yaml', 'errors: 40', 'errors: 80'] as const)));
  const head = project.commit();
  const fork = github.state.repository('mona/churn', { forkOf: repository });
  github.state.importRepository(fork, project.folder);
  const { number } = github.state.pullRequest(repository, { head: 'change', from: fork });
  const judged = await site.workflow(site.ofPull(number), { readOnly: true });
  return { site, fork, number, head, judged };
}

/** The second workflow's job, for the run that has ended. */
export async function reportOn(
  site: GitHubSite,
  { run }: WorkflowResult,
  changes: { inputs?: Record<string, string>; payload?: Record<string, unknown> } = {},
) {
  const { github, repository } = site;
  const main = repository.refs.get('refs/heads/main') as string;
  const second = github.state.workflowRun(repository, {
    ...{ headSha: main, event: 'workflow_run', path: '.github/workflows/report.yml', status: 'in_progress' },
  });
  const [owner] = run.headRepository.fullName.split('/');
  const payload = {
    action: 'completed',
    repository: { default_branch: 'main', private: repository.private },
    workflow_run: {
      id: run.id,
      event: run.event,
      head_sha: run.headSha,
      head_branch: run.headBranch,
      head_repository: { owner: { login: owner } },
      ...changes.payload,
    },
  };
  const permissions = {
    contents: 'read',
    actions: 'read',
    checks: 'write',
    'pull-requests': 'write',
  } as const;
  const inputs = { workflow: workflowPath, 'train-result': run.conclusion ?? '', ...changes.inputs };
  const token = github.state.token(permissions, { repositories: [repository.fullName] });
  const where = { sha: main, ref: 'refs/heads/main', event: 'workflow_run' };
  return site.step({ action: 'gate', ...where, payload, run: second, token, inputs });
}

/** What a job handed over, taken apart. */
export interface Parcel {
  document: Bundle;
  part: BundledModel;
  files: Record<string, Uint8Array | string>;
  record(path: string | null): RunRecord;
  write(path: string | null, record: RunRecord): void;
}

/** The bundle of a run as its code could have forged it: `change` alters it, and it goes as a later attempt's. */
export async function forge(
  { github }: GitHubSite,
  { run }: WorkflowResult,
  change: (parcel: Parcel) => void,
): Promise<void> {
  const [bundle] = run.artifacts.filter(({ name }) => name.startsWith('trainyard-bundle.'));
  if (bundle === undefined) throw new Error('The run left no bundle.');
  const archive = await openZip(bundle.zip);
  const files: Parcel['files'] = {};
  for (const name of archive.names) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of archive.file(name, 1e9) ?? []) chunks.push(chunk);
    files[name] = Buffer.concat(chunks);
  }
  const text = (path: string | null) => Buffer.from(files[path ?? ''] ?? '').toString();
  const document = JSON.parse(text('bundle.json')) as Bundle;
  const parcel: Parcel = {
    document,
    part: document.models[0] as BundledModel,
    files,
    record: (path) => JSON.parse(text(path)) as RunRecord,
    write(path, record) {
      files[path ?? ''] = JSON.stringify(record);
    },
  };
  change(parcel);
  files['bundle.json'] = JSON.stringify(document);
  github.state.artifact(run, { name: 'trainyard-bundle.9.0', files });
}
