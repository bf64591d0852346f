/**
 * Why a regular expression from configuration is refused; remembered by pattern, because configurations repeat theirs.
 */
import { RE2JS } from 're2js';

const known = new Map<string, RE2JS | string>();

function compiled(pattern: string): RE2JS | string {
  let result = known.get(pattern);
  if (result !== undefined) return result;
  try {
    result = RE2JS.compile(pattern);
  } catch (error) {
    result = error instanceof Error ? error.message : String(error);
  }
  known.set(pattern, result);
  return result;
}

/** Reason why RE2 does not take a pattern, or undefined. */
export function regexProblem(pattern: string): string | undefined {
  const result = compiled(pattern);
  return typeof result === 'string' ? result : undefined;
}

/** Whether a pattern, which must compile, matches somewhere in a text. */
export function matchesRegex(pattern: string, text: string): boolean {
  const result = compiled(pattern);
  return typeof result !== 'string' && result.matcher(text).find();
}
