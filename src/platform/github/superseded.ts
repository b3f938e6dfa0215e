import type { CheckRequest } from '../types.ts';

/** A completed check of a head that is no longer the pull request's: it says so, and blocks and passes nothing. */
export function superseded(request: CheckRequest, headNow: string): CheckRequest {
  const sentence = `A newer commit, ${headNow.slice(0, 7)}, is the head of the pull request now: its own run judges.`;
  return {
    ...request,
    conclusion: 'cancelled',
    title: 'Superseded by a newer commit',
    summary: `${sentence}\n\nWhat this run found:\n\n${request.summary}`,
    annotations: [],
  };
}
