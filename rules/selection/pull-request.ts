/**
 * What an event on a pull request starts and stops (spec jobs.md 3.4, plugins-review.md C.6). Texts are the plugin's business.
 */
import type { Presubmit } from '../../domain/job-config.ts';
import { automaticFilter, selectPresubmits } from './filters.ts';
import type { ChangedFiles } from './gate.ts';
import { isTrustedUser, okToTestLabel, trustInPullRequest, type People, type TriggerSettings } from './trust.ts';

export interface PullRequest {
  org: string;
  author: string;
  labels: () => Promise<readonly string[]>;
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
  /** The author is to be told why nothing runs: nobody has vouched for a newcomer, or the pull request is a draft. */
  tells?: 'welcome' | 'draft';
  /** It is the label that makes it trusted, so that the label that asks for it is out of date. */
  trustedByLabel: boolean;
  jobs: Presubmit[];
}

/** Actions that this is about; all others change nothing. */
const starting = new Set(['opened', 'reopened', 'ready_for_review', 'synchronize', 'edited', 'labeled']);
const aborting = new Set(['synchronize', 'closed', 'converted_to_draft']);

export function concernsTests({ action, changesBase, label }: Omit<PullRequestEvent, 'pull'>): boolean {
  if (action === 'edited') return changesBase ?? false;
  if (action === 'labeled') return label === okToTestLabel || label === 'lgtm';
  return starting.has(action) || aborting.has(action);
}

/** Rejects when changed files are needed and cannot be had. */
export async function selectForPullRequest(
  event: PullRequestEvent,
  context: SelectionContext,
): Promise<PullRequestSelection> {
  const nothing: PullRequestSelection = { abortsRunning: false, trustedByLabel: false, jobs: [] };
  if (context.presubmits.length === 0 || !concernsTests(event)) return nothing;
  const selection = { ...nothing, abortsRunning: aborting.has(event.action) };
  const { pull } = event;
  const verdict = await verdictOn(event, context);
  if (verdict === 'welcome') return { ...selection, tells: 'welcome' };
  if (verdict === 'none') return selection;
  if (pull.draft) return event.action === 'opened' ? { ...selection, tells: 'draft' } : trusting(selection, verdict);
  return { ...trusting(selection, verdict), jobs: await automaticJobs(pull, context) };
}

type Verdict = 'none' | 'welcome' | 'run' | 'run by label';

async function verdictOn(event: PullRequestEvent, { settings, people }: SelectionContext): Promise<Verdict> {
  const { pull, action, label, sender } = event;
  switch (action) {
    case 'opened':
      // Nobody can have vouched for it yet, so labels are not asked.
      return (await isTrustedUser(pull.author, pull.org, settings, people)) ? 'run' : 'welcome';
    case 'reopened':
    case 'ready_for_review':
    case 'synchronize':
    case 'edited': {
      const trust = await trustInPullRequest(pull, pull.org, settings, people);
      if (trust === undefined) return 'none';
      return trust === 'label' ? 'run by label' : 'run';
    }
    case 'labeled':
      // The bot sets ok-to-test for a command, and the command itself starts the tests.
      if (label === okToTestLabel) return (await people.isBot(sender)) ? 'none' : 'run';
      return (await trustInPullRequest(pull, pull.org, settings, people)) ? 'none' : 'run';
    default:
      return 'none';
  }
}

function trusting(selection: PullRequestSelection, verdict: Verdict): PullRequestSelection {
  return { ...selection, trustedByLabel: verdict === 'run by label' };
}

/** Everything but manual jobs; nothing where the code host says that the change cannot be merged. */
async function automaticJobs(pull: PullRequest, { presubmits, changedFiles }: SelectionContext): Promise<Presubmit[]> {
  const jobs = await selectPresubmits(automaticFilter, presubmits, pull.baseRef, changedFiles);
  return pull.mergeable === false ? [] : jobs;
}
