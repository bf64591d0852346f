/**
 * Why a regular expression from configuration is refused.
 */
import { compileRegex } from '../rules/regex.ts';

/** Reason why RE2 does not take a pattern, or undefined. */
export function regexProblem(pattern: string): string | undefined {
  try {
    compileRegex(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
