/**
 * Keeps closed workflows as long as ProwJobs are kept: the namespace's retention follows `sinker.max_prowjob_age`
 * (architecture.md 3.4).
 */
import type { ConnectionLike } from '@temporalio/client';

/** What servers accept at least. */
const leastMs = 3_600_000;

export async function ensureRetention(connection: ConnectionLike, namespace: string, ageMs: number): Promise<void> {
  const seconds = Math.ceil(Math.max(ageMs, leastMs) / 1000);
  const described = await connection.workflowService.describeNamespace({ namespace });
  const current = Number(described.config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  if (current === seconds) return;
  await connection.workflowService.updateNamespace({
    namespace,
    config: { workflowExecutionRetentionTtl: { seconds: seconds as unknown as Long } },
  });
}
type Long = NonNullable<
  NonNullable<
    NonNullable<
      Parameters<ConnectionLike['workflowService']['updateNamespace']>[0]['config']
    >['workflowExecutionRetentionTtl']
  >['seconds']
>;
