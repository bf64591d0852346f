/**
 * Durations in configuration are kept as canonical Go texts; this is the bridge to `domain/duration.ts`.
 */
import { formatDuration, parseDuration } from '../../domain/duration.ts';
import type { YamlValue } from '../../rules/yaml/parse.ts';

const memo = new Map<string, string | undefined>();
const maxRemembered = 10_000;

/** Canonical form (`90m` → `1h30m0s`), or undefined for what is not a duration. */
export function canonicalDuration(text: string): string | undefined {
  if (memo.has(text)) return memo.get(text);
  const canonical = tryFormat(text);
  if (memo.size < maxRemembered) memo.set(text, canonical);
  return canonical;
}

function tryFormat(text: string): string | undefined {
  try {
    return formatDuration(parseDuration(text));
  } catch {
    return undefined;
  }
}

/** Canonical form of a whole number of nanoseconds, or undefined for anything else. */
export function nanosecondsText(value: YamlValue): string | undefined {
  if (typeof value === 'bigint') return value >= -(2n ** 63n) && value < 2n ** 63n ? formatDuration(value) : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  return formatDuration(BigInt(value));
}
