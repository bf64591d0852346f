/** GraphQL's pages: cursors are positions in the list. */

export interface PageArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

export interface Connection<T> {
  nodes: T[];
  totalCount: number;
  pageInfo: { startCursor: string | null; endCursor: string | null; hasNextPage: boolean; hasPreviousPage: boolean };
}

const cursorOf = (index: number) => Buffer.from(`cursor:${index}`).toString('base64');
const indexOf = (cursor: string) => Number(/^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1] ?? -1);

/** Rejects page sizes that GitHub refuses. Without a size the whole list is one page. */
export function connect<A, T>(
  all: readonly A[],
  { first, after, last, before }: PageArguments,
  show: (value: A) => T,
): Connection<T> {
  for (const [name, size] of Object.entries({ first, last })) {
    if (typeof size === 'number' && (size < 0 || size > 100)) {
      throw new Error(`Requesting ${size} records on the connection exceeds the \`${name}\` limit of 100 records.`);
    }
  }
  let start = after ? indexOf(after) + 1 : 0;
  let end = before ? Math.max(start, indexOf(before)) : all.length;
  if (typeof first === 'number') end = Math.min(end, start + first);
  if (typeof last === 'number') start = Math.max(start, end - last);
  const nodes = all.slice(start, end).map(show);
  return {
    nodes,
    totalCount: all.length,
    pageInfo: {
      startCursor: nodes.length > 0 ? cursorOf(start) : null,
      endCursor: nodes.length > 0 ? cursorOf(end - 1) : null,
      hasNextPage: end < all.length,
      hasPreviousPage: start > 0,
    },
  };
}
