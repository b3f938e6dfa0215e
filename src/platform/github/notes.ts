import type { Payload } from './payload.ts';
import type { Runner } from './runner.ts';
import type { Subject } from './subject.ts';

/** What a reader has to know of the circumstances of a run, in plain sentences. */
export function notesOf(runner: Runner, payload: Payload, { event, baseSha }: Subject): string[] {
  const notes: string[] = [];
  if (payload.flag('pull_request.draft')) notes.push('The pull request is a draft.');
  if (event === 'merge_group') {
    const against = baseSha === null ? '' : `, against ${baseSha.slice(0, 7)} of the default branch`;
    notes.push(`Judged for the merge queue${against}.`);
  }
  if (runner.event === 'workflow_run') {
    notes.push(
      'Reported by a second workflow, because the run itself had a token that may only read (a fork or Dependabot). ' +
        'Its numbers are what the code of the change reported of itself.',
    );
  }
  if (runner.attempt > 1) notes.push(`This is attempt ${runner.attempt} of the run.`);
  return notes;
}
