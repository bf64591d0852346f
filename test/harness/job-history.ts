/** What the Temporal history of a ProwJob tells about how often things happened. */
import type { Client } from '@temporalio/client';

export interface JobHistory {
  /** Names of the events that end a workflow. */
  endings: string[];
  /** States that `recordTransition` has recorded, in order; each once per completed activity. */
  recorded: string[];
  /** Completed activities by type. */
  completed: Record<string, number>;
}

const endingEvents = {
  workflowExecutionCompletedEventAttributes: 'completed',
  workflowExecutionFailedEventAttributes: 'failed',
  workflowExecutionTimedOutEventAttributes: 'timed out',
  workflowExecutionTerminatedEventAttributes: 'terminated',
  workflowExecutionCanceledEventAttributes: 'cancelled',
  workflowExecutionContinuedAsNewEventAttributes: 'continued',
} as const;

/** Of a job whose end is recorded: its workflow ends a moment later, and that is waited for. */
export async function historyOf(client: Client, runId: string): Promise<JobHistory> {
  let workflowId = '';
  for await (const found of client.workflow.list({ query: `RunId="${runId}"` })) workflowId = found.workflowId;
  const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false });
  await handle.result().catch(() => undefined);
  const { events } = await handle.fetchHistory();
  const scheduled = new Map<string, { type: string; state: string | undefined }>();
  const history: JobHistory = { endings: [], recorded: [], completed: {} };
  for (const event of events ?? []) {
    for (const [attributes, name] of Object.entries(endingEvents)) {
      if (event[attributes as keyof typeof endingEvents]) history.endings.push(name);
    }
    const started = event.activityTaskScheduledEventAttributes;
    if (started) {
      const data = started.input?.payloads?.[0]?.data;
      const input: unknown = data ? JSON.parse(Buffer.from(data).toString()) : {};
      scheduled.set(String(event.eventId), { type: started.activityType?.name ?? '', state: stateIn(input) });
    }
    const done = event.activityTaskCompletedEventAttributes;
    const activity = done && scheduled.get(String(done.scheduledEventId));
    if (!activity) continue;
    history.completed[activity.type] = (history.completed[activity.type] ?? 0) + 1;
    if (activity.type === 'recordTransition' && activity.state) history.recorded.push(activity.state);
  }
  return history;
}

function stateIn(input: unknown): string | undefined {
  const { prowJob } = input as { prowJob?: { status?: { state?: string } } };
  return prowJob?.status?.state;
}
