import type { Git } from '../../git/types.ts';
import type { Runtime } from '../../runtime/types.ts';
import { createLocalPlatform } from '../local/index.ts';
import type { Platform, RunContext } from '../types.ts';
import type { Relation } from './ancestry.ts';
import type { ArtifactUploads } from './artifacts.ts';
import { isProposal, jobContext } from './context.ts';
import { createRecordUploads } from './kept-runs.ts';
import { payloadOf } from './payload.ts';
import { checkedOut, type Runner, readPayload, readRunner } from './runner.ts';
import { subjectOf } from './subject.ts';
import { acceptsTrust } from './trust.ts';

/**
 * GitHub as a job sees it that has a checkout and no token, because it runs the project's code: what the event says, and
 * commits by plain git, as far as the checkout reaches. Records are handed to later jobs as artifacts. Whether a branch
 * is protected is asked of nobody: a later job does.
 */
export function createCheckoutPlatform(
  runtime: Runtime,
  git: Git,
  root: string,
  uploads: ArtifactUploads,
): Platform {
  const runner = readRunner(runtime);
  const local = createLocalPlatform(runtime, root);
  let asked: Promise<RunContext> | null = null;
  return {
    ...local,
    id: 'github-checkout',
    async context() {
      asked ??= local.context().then(() => checkoutContext(runtime, git, runner, local.commit));
      return asked;
    },
    async keepRecord(record) {
      await local.keepRecord(record);
      await createRecordUploads(uploads).keepRecord(record);
    },
    accepts: acceptsTrust,
  };
}

async function checkoutContext(
  runtime: Runtime,
  git: Git,
  runner: Runner,
  commit: Platform['commit'],
): Promise<RunContext> {
  const payload = payloadOf(runner.event, await readPayload(runtime));
  const defaultBranch = payload.text('repository.default_branch') ?? 'main';
  const subject = await subjectOf({
    ...{ runner, payload, defaultBranch, commit },
    checkedOut: await checkedOut(runtime),
    relate: (from, to) => relateIn(git, from, to),
    findPullRequests: async () => [],
  });
  const built = subject.builtSha === null ? null : await commit(subject.builtSha);
  const onDefaultBranch = !isProposal(subject) && subject.branch === defaultBranch;
  return jobContext({
    ...{ runner, payload, subject, defaultBranch, onDefaultBranch },
    tree: built?.tree ?? null,
    isProtected: runner.refProtected ?? false,
    token: 'none',
  });
}

/** How commits or branches lie to each other in the checkout. */
async function relateIn(git: Git, from: string, to: string): Promise<Relation | null> {
  const [first, second] = await Promise.all([revisionIn(git, from), revisionIn(git, to)]);
  if (first === null || second === null) return null;
  const mergeBase = await git.mergeBase(first, [second]);
  return mergeBase === null ? null : { contained: mergeBase === first, mergeBase };
}

/** A branch that was not checked out is there as last fetched. */
async function revisionIn(git: Git, name: string): Promise<string | null> {
  const found = (await git.commit(name)) ?? (await git.commit(`refs/remotes/origin/${name}`));
  return found?.sha ?? null;
}
