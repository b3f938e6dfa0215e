import type { Git } from '../../git/types.ts';
import type { RunContext } from '../types.ts';
import { findBase, findDefaultBranch } from './base.ts';
import { repositoryUrl } from './repository-url.ts';
import { stateFolderName } from './state-folder.ts';

/** What a laptop's work tree says about itself. */
export async function localContext(git: Git): Promise<RunContext> {
  const [state, main, remote] = await Promise.all([
    git.headState([stateFolderName]),
    findDefaultBranch(git),
    git.config('remote.origin.url'),
  ]);
  const [base, head] = await Promise.all([
    findBase(git, state, main),
    state.head === null ? null : git.commit(state.head),
  ]);
  return {
    event: 'local',
    headSha: state.head,
    builtSha: state.head,
    tree: head?.tree ?? null,
    ...base,
    pullRequest: null,
    workflowPath: null,
    attempt: 1,
    branch: state.branch,
    defaultBranch: main?.name ?? null,
    dirty: state.dirty,
    trust: { level: 'local', event: 'local', token: 'none', protected_branch: false, imported: false },
    repositoryUrl: repositoryUrl(remote),
    runId: null,
    runUrl: null,
    notes: [],
  };
}
