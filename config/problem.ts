/**
 * What is wrong with a configuration, in a form that names the place: file, line, job and key.
 *
 * Messages never hold values of keys that look secret; `isSecretKey` is the one rule for that.
 */

export interface Problem {
  /** Path of the file as it was given or found. */
  file?: string;
  /** Name of the job, where the problem is in one. */
  job?: string;
  /** Path of the key as written: `presubmits.org/repo[0].spec.containers[0].image`. */
  key?: string;
  /** Counted from 1. */
  line?: number;
  column?: number;
  /** What is wrong and what was expected, without repeating file, job and key. */
  message: string;
}

/** One line for people: `jobs/a.yaml:12:5: job "unit": periodics[0].max_concurrency: must be a whole number`. */
export function formatProblem(problem: Problem): string {
  const parts: string[] = [];
  if (problem.file) {
    const line = problem.line === undefined ? '' : `:${problem.line}`;
    const column = problem.line === undefined || problem.column === undefined ? '' : `:${problem.column}`;
    parts.push(`${problem.file}${line}${column}`);
  }
  if (problem.job !== undefined) parts.push(`job "${problem.job}"`);
  if (problem.key) parts.push(problem.key);
  parts.push(problem.message);
  return parts.join(': ');
}

/** The configuration is rejected as a whole; all problems that were found are listed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

const secretKey = /token|passw|secret|credential|private|(?:^|[._-])key$|api[._-]?key/i;

/** Whether a value under this key path must not be shown: any part of the path may make it secret. */
export function isSecretKey(path: readonly (string | number)[]): boolean {
  return path.some((part) => typeof part === 'string' && secretKey.test(part));
}

/** `['presubmits', 'org/repo', 0, 'name']` → `presubmits.org/repo[0].name`. */
export function keyText(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}
