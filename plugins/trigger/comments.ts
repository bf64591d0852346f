/** Commands in comments: `/test`, `/retest`, `/ok-to-test` and the triggers of jobs (C.7). */
import { comment, type Effect } from '../../domain/effects.ts';
import { commandsIn } from '../../domain/review/commands-in.ts';
import { triggerOptionsFor } from '../../domain/plugin-config.ts';
import type { CommentEvent } from '../../domain/review/events.ts';
import type { PullDetails } from '../../domain/review/item.ts';
import { isBot, prune } from '../../rules/own-comments.ts';
import { reply } from '../../rules/replies.ts';
import { dropCodeBlocks } from '../../rules/selection/code-blocks.ts';
import { isRelevant, selectForComment, type CommentSelection } from '../../rules/selection/comment.ts';
import { pullRequestOf, selectionContextOf } from '../../rules/selection/reads.ts';
import type { Effects, ItemContext } from '../api.ts';
import { helpMessage, isHelpReply } from './help-reply.ts';
import { startPresubmits } from './job-starts.ts';
import { onlyTrustedWithdraw, untrustedMessage } from './refusals.ts';

type Run = Extract<CommentSelection, { kind: 'run' }>;

export async function answerComment(event: CommentEvent, context: ItemContext): Effects {
  const { item, org, repo, config } = context;
  // Reading the jobs of a change is not worth it for what is never obeyed.
  if (!item.isPull || event.action !== 'created' || item.state !== 'open' || isBot(context.bot, event.author))
    return [];
  const pull = item.pull ?? ((await isForUs(event, context)) ? await context.pull() : undefined);
  if (!pull) return [];
  const said = {
    action: event.action,
    body: event.body,
    commenter: event.author,
    isPullRequest: true,
    state: item.state,
  };
  const selection = await selectForComment(
    { ...said, pull: pullRequestOf(context, pull) },
    selectionContextOf(context, pull, await context.presubmits()),
  );
  const options = triggerOptionsFor(config, org, repo);
  const answer = (message: string) => comment(reply(event, message));
  switch (selection.kind) {
    case 'ignored':
      return [];
    case 'untrusted':
      return [answer(untrustedMessage(options, org))];
    case 'cancelled':
      return [...selection.labelChanges, ...(selection.refused ? [answer(onlyTrustedWithdraw(options, org))] : [])];
    case 'help': {
      const place = { org, repo, branch: pull.base.ref };
      const message = helpMessage(selection.note, selection.available, place);
      return [...selection.labelChanges, ...approvedWorkflows(selection, context, pull), answer(message)];
    }
    case 'run':
      return [
        ...selection.labelChanges,
        ...approvedWorkflows(selection, context, pull),
        ...rerunWorkflows(selection, context, pull),
        ...(selection.prunesHelp ? prune(context.bot, await context.host.comments(), isHelpReply) : []),
        ...startPresubmits(selection.jobs, selection.labels),
      ];
    default:
      return selection satisfies never;
  }
}

/**
 * Whether to ask for the branches, which the event does not say. Jobs that the repository configures itself are only read for texts
 * with commands.
 */
async function isForUs({ body }: CommentEvent, { org, repo, jobs, presubmits }: ItemContext): Promise<boolean> {
  const known = commandsIn(body).length > 0 ? await presubmits() : (jobs.presubmits.get(`${org}/${repo}`) ?? []);
  return isRelevant(dropCodeBlocks(body), known);
}

/** Runs of the host's own CI wait for somebody trusted just as our jobs do. */
function approvedWorkflows(
  { grantsTrust }: { grantsTrust: boolean },
  context: ItemContext,
  pull: PullDetails,
): Effect[] {
  return grantsTrust && withWorkflows(context)
    ? [{ kind: 'approveWorkflowRuns', branch: pull.head.ref, sha: pull.head.sha }]
    : [];
}

function rerunWorkflows({ rerunsFailed }: Run, context: ItemContext, pull: PullDetails): Effect[] {
  return rerunsFailed && withWorkflows(context)
    ? [{ kind: 'rerunWorkflowRuns', branch: pull.head.ref, sha: pull.head.sha }]
    : [];
}

function withWorkflows({ config, org, repo }: ItemContext): boolean {
  return triggerOptionsFor(config, org, repo).trigger_github_workflows;
}
