import type { Call } from './call.ts';
import { graphqlError } from './graphql.ts';
import { issueNode } from './graphql-query.ts';
import { demand } from './permissions.ts';
import { nodeId } from './shapes.ts';
import { type Issue, stamp, type User } from './state.ts';

interface NewIssue {
  repositoryId: string;
  title: string;
  body?: string | null;
  clientMutationId?: string;
}

export const issueMutations = {
  createIssue({ input }: { input: NewIssue }, call: Call) {
    const all = [...call.state.repositories.values()];
    const repository = all.find(({ id }) => nodeId('R', id) === input.repositoryId);
    if (!repository)
      throw graphqlError(
        'NOT_FOUND',
        `Could not resolve to a node with the global id of '${input.repositoryId}'`,
      );
    demand(call.token, repository, ['issues'], 'write');
    const issue: Issue = {
      ...stamp(call.state),
      number: repository.issues.size + 1,
      title: input.title,
      body: input.body ?? '',
      user: (call.token as { user: User }).user,
      ...{ state: 'open', closed: null, locked: false, labels: [], pull: null },
    };
    repository.issues.set(issue.number, call.state.visibility.created(issue));
    return {
      clientMutationId: input.clientMutationId ?? null,
      issue: issueNode(call, repository, issue),
    };
  },
};
