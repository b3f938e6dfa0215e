import type { CheckRequest } from '../types.ts';
import type { PullRequestNow } from './pulls.ts';

/** Head and base that a run judges; `null` is not compared. */
export interface JudgedPull {
  headSha: string | null;
  baseBranch: string | null;
}

/** What made a verdict out of date. */
export interface Outdated {
  title: string;
  sentence: string;
}

/** Why a verdict is no longer one on the pull request as it is now; `null` when it still is. */
export function outdated(judged: JudgedPull, now: PullRequestNow): Outdated | null {
  if (judged.headSha !== null && judged.headSha !== now.headSha) {
    const sentence = `A newer commit, ${now.headSha.slice(0, 7)}, is the head of the pull request now: its own run judges.`;
    return { title: 'Superseded by a newer commit', sentence };
  }
  if (judged.baseBranch !== null && judged.baseBranch !== now.baseBranch) {
    const sentence = `The pull request was retargeted from ${judged.baseBranch} to ${now.baseBranch}: a run for that base judges.`;
    return { title: 'Superseded by a new base', sentence };
  }
  if (now.state !== 'closed') return null;
  const sentence = 'The pull request was closed meanwhile: nothing waits for this verdict.';
  return { title: 'The pull request was closed', sentence };
}

/** A completed check whose verdict is out of date: it says so, and blocks and passes nothing. */
export function superseded(request: CheckRequest, { title, sentence }: Outdated): CheckRequest {
  return {
    ...request,
    conclusion: 'cancelled',
    title,
    summary: `${sentence}\n\nWhat this run found:\n\n${request.summary}`,
    annotations: [],
  };
}
