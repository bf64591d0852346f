/** What actors answer when they are asked what they know and why (query `explain`). */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Explanation } from '../../domain/review/explanation.ts';
import { actorId, type ActorTarget } from '../../domain/review/actor-target.ts';
import { queries } from '../../domain/wire.ts';

export interface ExplainedActor {
  workflowId: string;
  explanation: Explanation;
  /** When it ended; it answers as long as the server keeps its history. Absent while it runs. */
  endedAt?: Date;
}

/** No worker answers for the workflow. */
export class NoAnswerError extends Error {}

export interface ExplainOptions {
  /** How long an answer is waited for. A worker may have to replay the actor's history first. Default 10,000. */
  timeoutMs?: number;
}

/**
 * gRPC codes: none polls, none answered in time, the same where the server's own end of the call comes first, the server is not to be
 * had.
 */
const awayCodes: readonly unknown[] = [9, 4, 1, 14];

/** Undefined where there is no actor, and none is remembered. Rejects with NoAnswerError where no worker answers for it. */
export async function explainActor(
  client: Client,
  target: ActorTarget,
  { timeoutMs = 10_000 }: ExplainOptions = {},
): Promise<ExplainedActor | undefined> {
  const workflowId = actorId(target);
  const handle = client.workflow.getHandle(workflowId);
  try {
    return await client.withDeadline(Date.now() + timeoutMs, async () => {
      const { closeTime } = await handle.describe();
      const explanation = await handle.query<Explanation>(queries.explain);
      return { workflowId, explanation, ...(closeTime && { endedAt: closeTime }) };
    });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    if (isAway(error)) {
      const message = `${workflowId} is known, and no worker answers for it. Are the workers of the role workflows up?`;
      throw new NoAnswerError(message, { cause: error });
    }
    throw error;
  }
}

function isAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && awayCodes.includes(cause.code)) return true;
  }
  return false;
}
