/** What the actors of pull requests say of themselves: what a comment costs them, and what became of it. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { actorId } from '../../domain/review/actor-target.ts';
import type { Explanation } from '../../domain/review/explanation.ts';
import { queries } from '../../domain/wire.ts';
import { benchRepo } from '../harness/code-host.ts';
import { hostName } from '../harness/review-system.ts';

export interface CommentCost {
  activities: number;
  signals: number;
}

/** By the history of a pull request's actor; `work` is so many comments on it, which must not fill the history. */
export async function costOfComments(
  client: Client,
  number: number,
  comments: number,
  work: () => Promise<void>,
): Promise<CommentCost> {
  const before = await countsOf(client, number);
  await work();
  const after = await countsOf(client, number);
  return {
    activities: (after.activities - before.activities) / comments,
    signals: (after.signals - before.signals) / comments,
  };
}

async function countsOf(client: Client, number: number): Promise<CommentCost> {
  const { events } = await actorOf(client, number).fetchHistory();
  return {
    activities: events?.filter(({ activityTaskScheduledEventAttributes: one }) => one).length ?? 0,
    signals: events?.filter(({ workflowExecutionSignaledEventAttributes: one }) => one).length ?? 0,
  };
}

/** For who looks for the reason why something is missing. */
export async function explained(client: Client, number: number): Promise<string> {
  const { stories, failures, waiting } = await actorOf(client, number).query<Explanation>(queries.explain);
  return `#${number}: ${JSON.stringify({ stories: stories.slice(-10), failures, waiting })}`;
}

function actorOf(client: Client, number: number): WorkflowHandle {
  return client.workflow.getHandle(actorId({ kind: 'change', host: hostName, ...benchRepo, number }));
}
