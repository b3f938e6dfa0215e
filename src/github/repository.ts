import { ConfigError } from '../core/errors.ts';
import type { GitHubClient } from './types.ts';

/**
 * Asks for fields of the repository by GraphQL; `declared` are the query's own variables (`$number: Int!`), `named` how
 * messages call the question. A repository that the token cannot see: ConfigError.
 */
export async function queryRepository<T>(
  client: GitHubClient,
  question: {
    named: string;
    declared?: string;
    fields: string;
    variables?: Readonly<Record<string, unknown>>;
    needs: string;
  },
): Promise<T> {
  const { named, declared = '', fields, variables = {}, needs } = question;
  const text =
    `query ${named}($owner: String!, $repo: String!${declared && `, ${declared}`}) ` +
    `{ repository(owner: $owner, name: $repo) { ${fields} } }`;
  const { owner, repo } = client;
  const data = await client.graphql<{ repository: T | null }>({
    text,
    variables: { owner, repo, ...variables },
    needs,
  });
  if (data.repository) return data.repository;
  throw new ConfigError(`GitHub shows no repository ${owner}/${repo} to this token.`, {
    expected: 'a token of this repository',
    hint: `Grant the job "${needs}", or check the token's repositories.`,
  });
}

/** Whether everybody can see the repository; one that only an enterprise sees is not public. */
export async function isPublic(client: GitHubClient): Promise<boolean> {
  const { visibility } = await queryRepository<{ visibility: string }>(client, {
    named: 'Visibility',
    fields: 'visibility',
    needs: 'contents: read',
  });
  return visibility === 'PUBLIC';
}
