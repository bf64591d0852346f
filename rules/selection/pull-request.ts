/**
 * What an event on a pull request starts and stops (spec jobs.md 3.4). Greetings, labels and refs are the plugin's business.
 */
import type { Presubmit } from '../../domain/job-config.ts';
import { automaticFilter, selectPresubmits } from './filters.ts';
import type { ChangedFiles } from './gate.ts';
import { isTrustedPullRequest, isTrustedUser, okToTestLabel, type People, type TriggerSettings } from './trust.ts';

export interface PullRequest {
  org: string;
  author: string;
  labels: readonly string[];
  baseRef: string;
  draft: boolean;
  /** Null and undefined: not known yet, which counts as mergeable. */
  mergeable?: boolean | null | undefined;
}

export interface PullRequestEvent {
  action: string;
  sender: string;
  pull: PullRequest;
  /** The label of `labeled`. */
  label?: string | undefined;
  /** Of `edited`: whether the base branch or its commit was changed. */
  changesBase?: boolean;
}

export interface SelectionContext {
  presubmits: readonly Presubmit[];
  settings: TriggerSettings;
  people: People;
  changedFiles: ChangedFiles;
}

export interface PullRequestSelection {
  /** All incomplete presubmits of the pull request end, whoever started them. */
  abortsRunning: boolean;
  jobs: Presubmit[];
}

/** Rejects when changed files are needed and cannot be had. */
export async function selectForPullRequest(
  event: PullRequestEvent,
  context: SelectionContext,
): Promise<PullRequestSelection> {
  if (context.presubmits.length === 0) return { abortsRunning: false, jobs: [] };
  const abortsRunning = ['synchronize', 'closed', 'converted_to_draft'].includes(event.action);
  const runs = !event.pull.draft && (await startsTests(event, context));
  return { abortsRunning, jobs: runs ? await automaticJobs(event.pull, context) : [] };
}

async function startsTests(event: PullRequestEvent, { settings, people }: SelectionContext): Promise<boolean> {
  const { pull } = event;
  const trusted = () => isTrustedPullRequest(pull, pull.org, settings, people);
  switch (event.action) {
    case 'opened':
      return await isTrustedUser(pull.author, pull.org, settings, people);
    case 'reopened':
    case 'ready_for_review':
    case 'synchronize':
      return await trusted();
    case 'edited':
      return (event.changesBase ?? false) && (await trusted());
    case 'labeled':
      // The bot sets ok-to-test for a command, and the command itself starts the tests.
      if (event.label === okToTestLabel) return !(await people.isBot(event.sender));
      return event.label === 'lgtm' && !(await trusted());
    default:
      return false;
  }
}

/** Everything but manual jobs; nothing where the code host says that the change cannot be merged. */
async function automaticJobs(pull: PullRequest, { presubmits, changedFiles }: SelectionContext): Promise<Presubmit[]> {
  const jobs = await selectPresubmits(automaticFilter, presubmits, pull.baseRef, changedFiles);
  return pull.mergeable === false ? [] : jobs;
}
