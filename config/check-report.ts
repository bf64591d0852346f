/**
 * How checks of the main file report, and the two checks that many keys need.
 */
import { parseTemplate } from '../rules/gotemplate/parse-template.ts';
import { regexProblem } from './regex-problem.ts';
import type { KeyPath } from './schema/decode-context.ts';

export type Report = (path: KeyPath, message: string) => void;

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Empty and absent texts pass. */
export function checkTemplate(path: KeyPath, text: string | undefined, report: Report): void {
  if (!text) return;
  try {
    parseTemplate(text);
  } catch (error) {
    report(path, `must be a Go template: ${reasonOf(error)}`);
  }
}

/** Empty and absent texts pass. */
export function checkRegex(path: KeyPath, text: string | undefined, report: Report): void {
  const problem = text ? regexProblem(text) : undefined;
  if (problem) report(path, `must be a regular expression (RE2): ${problem}`);
}
