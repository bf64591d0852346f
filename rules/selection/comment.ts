/**
 * What a comment on a pull request starts (spec jobs.md 3.5): relevance, trust, selection, help.
 *
 * Unlike Prow, the job filters see the comment without its code blocks, like everything else here: the spec rules it a
 * defect that quoted commands were obeyed when anything outside a block was a command.
 */
import { labelKeys } from '../../domain/labels.ts';
import type { Presubmit } from '../../domain/job-config.ts';
import { dropCodeBlocks } from './code-blocks.ts';
import { asksForTests, hasAnyCommand, hasCommand, type Command } from './commands.ts';
import { availableCommands, helpNote, type AvailableCommands, type HelpNote } from './help.ts';
import { commentFilter, selectPresubmits, triggerMatches, type Contexts } from './filters.ts';
import type { PullRequest, SelectionContext } from './pull-request.ts';
import { labelsAfterGrant, labelsAfterWithdrawal, type LabelChange } from './ok-to-test.ts';
import { isTrustedUser, trustInPullRequest } from './trust.ts';

export interface CommentEvent {
  action: string;
  body: string;
  commenter: string;
  /** Issues have comments, too. */
  isPullRequest: boolean;
  /** `open` or `closed`. */
  state: string;
  pull: PullRequest;
}

export interface CommentContext extends SelectionContext {
  contexts: () => Promise<Contexts>;
}

export type CommentSelection =
  /** Not for us: not new, not open, by the bot, or without any command. */
  | { kind: 'ignored' }
  /** Neither commenter nor pull request is trusted. */
  | { kind: 'untrusted' }
  /** `/ok-to-test cancel`: trust is withdrawn, nothing runs; refused where the commenter is not trusted. */
  | { kind: 'cancelled'; refused: boolean; labelChanges: LabelChange[] }
  | (Granting & { kind: 'help'; note: HelpNote; available: AvailableCommands })
  | (Granting & {
      kind: 'run';
      jobs: Presubmit[];
      /** Labels for the new ProwJobs. */
      labels: Record<string, string>;
      /** Failed runs of the host's own CI are meant as well: `/retest` or `/test all`. */
      rerunsFailed: boolean;
      /** Earlier help comments are out of date. */
      prunesHelp: boolean;
    });

interface Granting {
  /** `/ok-to-test` stands there and counts. */
  grantsTrust: boolean;
  labelChanges: LabelChange[];
}

/** Whether the text (without code blocks) concerns the trigger plugin at all. */
export function isRelevant(text: string, presubmits: readonly Presubmit[]): boolean {
  return hasAnyCommand(text) || presubmits.some((job) => triggerMatches(job, text));
}

/** Jobs that the text means and that may run on the branch; help, trust and mergeability come on top. */
export async function presubmitsForText(
  text: string,
  pull: Pick<PullRequest, 'baseRef'>,
  context: CommentContext,
): Promise<Presubmit[]> {
  const honoursOkToTest = !context.settings.ignore_ok_to_test;
  const filter = await commentFilter(text, { honoursOkToTest, contexts: context.contexts });
  return await selectPresubmits(filter, context.presubmits, pull.baseRef, context.changedFiles);
}

/** Rejects when changed files or contexts are needed and cannot be had. */
export async function selectForComment(event: CommentEvent, context: CommentContext): Promise<CommentSelection> {
  const { pull, commenter } = event;
  const { settings, people } = context;
  if (event.action !== 'created' || !event.isPullRequest || event.state !== 'open') return { kind: 'ignored' };
  if (await people.isBot(commenter)) return { kind: 'ignored' };
  const text = dropCodeBlocks(event.body);
  if (!isRelevant(text, context.presubmits)) return { kind: 'ignored' };

  const trusted = await isTrustedUser(commenter, pull.org, settings, people);
  if (!trusted && !(await trustInPullRequest(pull, pull.org, settings, people))) return { kind: 'untrusted' };
  const honours = (command: Command) => !settings.ignore_ok_to_test && hasCommand(text, command);
  const grantsTrust = honours('okToTest');
  const labels = await pull.labels();
  const labelChanges = labelsAfterGrant(labels, grantsTrust);
  if (honours('okToTestCancel')) {
    const withdrawn = trusted ? labelsAfterWithdrawal(labels) : [];
    return { kind: 'cancelled', refused: !trusted, labelChanges: [...labelChanges, ...withdrawn] };
  }

  const jobs = await presubmitsForText(text, pull, context);
  const note = helpNote(text, jobs.length);
  if (note) {
    const available = await availableCommands(context.presubmits, pull.baseRef, context.changedFiles);
    return { kind: 'help', grantsTrust, labelChanges, note, available };
  }
  const isRetest = hasCommand(text, 'retest') || hasCommand(text, 'retestRequired');
  return {
    kind: 'run',
    grantsTrust,
    labelChanges,
    jobs: pull.mergeable === false ? [] : jobs,
    labels: isRetest ? { [labelKeys.retest]: 'true' } : {},
    rerunsFailed: hasCommand(text, 'retest') || hasCommand(text, 'testAll'),
    prunesHelp: asksForTests(text),
  };
}
