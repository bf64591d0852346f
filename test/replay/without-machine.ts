/** Takes out of a history what tells about the machine it was recorded on, and what replay does not read. */

const emptied = new Set(['identity', 'stackTrace']);

/** Replaces process and host names and stack traces by nothing, at any depth. */
export function withoutMachine(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMachine);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, emptied.has(key) ? '' : withoutMachine(inner)]),
  );
}
