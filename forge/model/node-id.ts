/** GraphQL's global ids. Opaque for clients: the kind and the number. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind.length}:${kind}${id}`).toString('base64url');
}

/** What a global id stands for; undefined if it is none of ours. */
export function parseNodeId(text: string): { kind: string; id: string } | undefined {
  const match = /^(\d+):(.+)$/s.exec(Buffer.from(text, 'base64url').toString());
  const length = Number(match?.[1]);
  const rest = match?.[2] ?? '';
  return match && rest.length > length ? { kind: rest.slice(0, length), id: rest.slice(length) } : undefined;
}
