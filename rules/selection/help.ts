/**
 * What a help reply is made from: why it is given, and which commands can run here (spec jobs.md 3.5).
 */
import type { Presubmit } from '../../domain/job-config.ts';
import { hasCommand } from './commands.ts';
import { automaticFilter, commandFilter, firstOf, selectPresubmits } from './filters.ts';
import type { ChangedFiles } from './gate.ts';

export type HelpNote = 'list' | 'test-without-target' | 'retest-with-target' | 'no-test-all-jobs' | 'target-not-found';

/** Sorted, without doubles. All empty: no job at all can run on the branch. */
export interface AvailableCommands {
  /** Names of the jobs that `/test all` would run. */
  testAll: string[];
  /** Commands that run jobs needed for merging. */
  required: string[];
  optional: string[];
}

/** A malformed command anywhere in the text wins over everything that was selected. */
export function helpNote(text: string, selected: number): HelpNote | undefined {
  if (hasCommand(text, 'help')) return 'list';
  if (hasCommand(text, 'testWithoutTarget')) return 'test-without-target';
  if (hasCommand(text, 'retestWithTarget')) return 'retest-with-target';
  if (selected > 0) return undefined;
  if (hasCommand(text, 'testAll')) return 'no-test-all-jobs';
  return hasCommand(text, 'testWithTarget') ? 'target-not-found' : undefined;
}

/** Rejects when changed files are needed and cannot be had. */
export async function availableCommands(
  jobs: readonly Presubmit[],
  branch: string,
  changedFiles: ChangedFiles,
): Promise<AvailableCommands> {
  const automatic = await selectPresubmits(automaticFilter, jobs, branch, changedFiles);
  const anyCommand = firstOf(jobs.map(({ rerun_command: command }) => commandFilter(command ?? '')));
  const commanded = await selectPresubmits(anyCommand, jobs, branch, changedFiles);
  const commandsOf = (selected: readonly Presubmit[]) => sorted(selected.map((job) => job.rerun_command ?? ''));
  return {
    testAll: sorted(automatic.map(({ name }) => name)),
    required: commandsOf(commanded.filter(({ optional }) => !optional)),
    optional: commandsOf(commanded.filter(({ optional }) => optional)),
  };
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
