/**
 * Which presubmits an event or comment is about, before branch and change filters have their say (spec jobs.md 3.2).
 */
import type { Presubmit } from '../../domain/job-config.ts';
import { compileRegex } from '../regex.ts';
import { hasCommand } from './commands.ts';
import { isManual, presubmitRuns, type ChangedFiles, type Wish } from './gate.ts';

/** Undefined: the job is not meant. */
export type JobFilter = (job: Presubmit) => Wish | undefined;

/** State of each context at the head commit. */
export type Contexts = ReadonlyMap<string, string>;

/** `/test all`, `/ok-to-test` and events: everything but manual jobs. */
export const automaticFilter: JobFilter = (job) => (isManual(job) ? undefined : { forced: false, byDefault: false });

/** Jobs whose trigger matches the text. */
export function commandFilter(text: string): JobFilter {
  return (job) => (triggerMatches(job, text) ? { forced: true, byDefault: true } : undefined);
}

export function triggerMatches({ trigger }: Presubmit, text: string): boolean {
  return Boolean(trigger) && compileRegex(trigger ?? '').test(text);
}

/** Failed jobs, and automatic ones that have not reported yet. Contexts are compared, not names. */
export function retestFilter(contexts: Contexts): JobFilter {
  return (job) => {
    const state = contexts.get(job.context ?? '');
    const failed = state === 'failure' || state === 'error';
    return failed || (!isManual(job) && state === undefined) ? { forced: false, byDefault: failed } : undefined;
  };
}

export function retestRequiredFilter(contexts: Contexts): JobFilter {
  const retest = retestFilter(contexts);
  return (job) => (job.optional ? undefined : retest(job));
}

export const manualRequiredFilter: JobFilter = (job) =>
  !job.optional && isManual(job) ? { forced: true, byDefault: false } : undefined;

/** The first filter that means the job decides. */
export function firstOf(filters: readonly JobFilter[]): JobFilter {
  return (job) => {
    for (const filter of filters) {
      const wish = filter(job);
      if (wish) return wish;
    }
    return undefined;
  };
}

export interface CommentFilterOptions {
  /** Whether `/ok-to-test` counts (setting `ignore_ok_to_test` is false). */
  honoursOkToTest: boolean;
  /** Fetched only for retests. */
  contexts: () => Promise<Contexts>;
}

/** The filter for all commands of a text: the more specific ones first. */
export async function commentFilter(text: string, options: CommentFilterOptions): Promise<JobFilter> {
  const filters: JobFilter[] = [commandFilter(text)];
  if (hasCommand(text, 'retest')) filters.push(retestFilter(await options.contexts()));
  if (hasCommand(text, 'retestRequired')) filters.push(retestRequiredFilter(await options.contexts()));
  if (hasCommand(text, 'testManualRequired')) filters.push(manualRequiredFilter);
  const okToTest = options.honoursOkToTest && hasCommand(text, 'okToTest');
  if (okToTest || hasCommand(text, 'testAll')) filters.push(automaticFilter);
  return firstOf(filters);
}

/** The presubmits to run, in the order of configuration. Rejects when changed files are needed and cannot be had. */
export async function selectPresubmits(
  filter: JobFilter,
  jobs: readonly Presubmit[],
  branch: string,
  changedFiles: ChangedFiles,
): Promise<Presubmit[]> {
  const selected: Presubmit[] = [];
  for (const job of jobs) {
    const wish = filter(job);
    if (wish && (await presubmitRuns(job, branch, changedFiles, wish))) selected.push(job);
  }
  return selected;
}
