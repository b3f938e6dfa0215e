import type { Call } from './call.ts';
import { graphqlError } from './graphql.ts';
import { demand } from './permissions.ts';
import { moveRef } from './refs.ts';
import { nodeId } from './shapes.ts';

interface RefsInput {
  repositoryId: string;
  refUpdates: { name: string; beforeOid?: string; afterOid: string; force?: boolean }[];
  clientMutationId?: string;
}

const nowhere = /^0+$/;

export const refMutations = {
  /** Moves refs all at once, each only from where it is said to be. Making and deleting by zeros is not imitated. */
  updateRefs({ input }: { input: RefsInput }, call: Call) {
    const repository = [...call.state.repositories.values()].find(
      ({ id }) => nodeId('R', id) === input.repositoryId,
    );
    if (!repository)
      throw graphqlError(
        'NOT_FOUND',
        `Could not resolve to a node with the global id of '${input.repositoryId}'`,
      );
    demand(call.token, repository, ['contents'], 'write');
    for (const { name, beforeOid, afterOid } of input.refUpdates) {
      if (nowhere.test(afterOid) || (beforeOid !== undefined && nowhere.test(beforeOid)))
        throw new Error('updateRefs with zeros is not imitated');
      const points = repository.refs.get(name);
      if (beforeOid !== undefined && points !== beforeOid)
        throw graphqlError(
          'UNPROCESSABLE',
          `Reference cannot be updated: is at ${points} but expected ${beforeOid}`,
        );
    }
    for (const { name, afterOid, force = false } of input.refUpdates)
      moveRef(repository, name, afterOid, force);
    return { clientMutationId: input.clientMutationId ?? null };
  },
};
