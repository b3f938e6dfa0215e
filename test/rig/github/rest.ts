import { account } from './account.ts';
import { accountWrites } from './account-writes.ts';
import { artifacts } from './artifacts.ts';
import { attestations } from './attestations.ts';
import type { Answer, Call, Handlers } from './call.ts';
import { checks } from './checks.ts';
import { comments } from './comments.ts';
import { commits } from './commits.ts';
import { contents } from './contents.ts';
import { deployments } from './deployments.ts';
import { gitData } from './git-data.ts';
import { issues } from './issues.ts';
import { demand, neededFor } from './permissions.ts';
import { pulls } from './pulls.ts';
import { refs } from './refs.ts';
import { invalidRequest, notFound } from './refusals.ts';
import { releases } from './releases.ts';
import { runs } from './runs.ts';
import { type Match, problemsOf } from './spec.ts';
import { repositoryNamed } from './state.ts';

const handlers: Handlers = {
  ...account,
  ...accountWrites,
  ...artifacts,
  ...attestations,
  ...checks,
  ...comments,
  ...commits,
  ...contents,
  ...deployments,
  ...gitData,
  ...issues,
  ...pulls,
  ...refs,
  ...releases,
  ...runs,
};

/** Operations this server answers. */
export const imitated: readonly string[] = Object.keys(handlers);

/** Answers a request as GitHub would: rights first, then its form, then what it asks. */
export function answerRest({ id, operation }: Match, call: Call): Answer {
  const handler = handlers[id] as (call: Call) => Answer;
  const { owner, repo } = call.path;
  if (owner !== undefined && repo !== undefined) {
    const repository = repositoryNamed(call.state, `${owner}/${repo}`);
    if (!repository) throw notFound();
    demand(call.token, repository, neededFor(id), operation.method === 'GET' ? 'read' : 'write');
  }
  if (problemsOf(id, 'parameters', call.path).length > 0) throw notFound();
  const problems = problemsOf(id, 'query', call.query);
  if (problems.length > 0) throw invalidRequest(problems);
  if (operation.body && (operation.bodyRequired || call.body !== undefined)) {
    const wrong = problemsOf(id, 'body', call.body ?? {});
    if (wrong.length > 0) throw invalidRequest(wrong);
  }
  return handler(call);
}
