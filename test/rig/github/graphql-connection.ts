import { graphqlError } from './graphql.ts';

export interface PageArguments {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

const most = 100;

/** A connection over all items: cursors are positions; `first` or `last` is required and at most 100. */
export function connection<T>(
  name: string,
  items: readonly T[],
  args: PageArguments,
  shape: (item: T) => unknown,
) {
  const { first, last } = args;
  if (first == null && last == null)
    throw graphqlError(
      'MISSING_PAGINATION_BOUNDARIES',
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  for (const [key, value] of Object.entries({ first, last }))
    if (value != null && value > most)
      throw graphqlError(
        'EXCESSIVE_PAGINATION',
        `Requesting ${value} records on the \`${name}\` connection exceeds the \`${key}\` limit of ${most} records.`,
      );
  const { from, to } = rangeOf(items.length, args);
  const edges = items.slice(from, to).map((item, at) => ({ cursor: cursorOf(from + at), node: shape(item) }));
  return {
    totalCount: items.length,
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: to < items.length,
      hasPreviousPage: from > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function rangeOf(length: number, { first, last, after, before }: PageArguments) {
  let from = after == null ? 0 : positionOf(after) + 1;
  let to = before == null ? length : positionOf(before);
  if (first != null) to = Math.min(to, from + first);
  if (last != null) from = Math.max(from, to - last);
  return { from, to };
}

function cursorOf(position: number): string {
  return Buffer.from(`cursor:${position}`).toString('base64');
}

function positionOf(cursor: string): number {
  return Number(Buffer.from(cursor, 'base64').toString().slice('cursor:'.length));
}
