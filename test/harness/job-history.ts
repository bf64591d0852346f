/** What the Temporal history of a ProwJob tells about how often things happened. */
import type { Client } from '@temporalio/client';

export interface JobHistory {
  /** Names of the events that end a workflow. */
  endings: string[];
  /** States that were recorded, in order: by `recordTransition`, local or not, and by `startRun` where it does that as well. */
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
  /** What a local activity is given is not in the history, but the state is that of the last upsert. */
  let shown: string | undefined;
  for (const event of events ?? []) {
    for (const [attributes, name] of Object.entries(endingEvents)) {
      if (event[attributes as keyof typeof endingEvents]) history.endings.push(name);
    }
    const upserted =
      event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields?.['ProwState'];
    if (upserted) shown = JSON.parse(Buffer.from(upserted.data ?? []).toString()) as string;
    const marker = event.markerRecordedEventAttributes;
    const local = firstOf(marker?.details?.['data']?.payloads) as { activity_type?: string };
    if (local.activity_type === 'recordTransition' && !marker?.failure && shown) history.recorded.push(shown);
    const started = event.activityTaskScheduledEventAttributes;
    if (started) {
      const state = stateIn(firstOf(started.input?.payloads));
      scheduled.set(String(event.eventId), { type: started.activityType?.name ?? '', state });
    }
    const done = event.activityTaskCompletedEventAttributes;
    const activity = done && scheduled.get(String(done.scheduledEventId));
    if (!activity) continue;
    history.completed[activity.type] = (history.completed[activity.type] ?? 0) + 1;
    if (activity.type === 'recordTransition' && activity.state) history.recorded.push(activity.state);
    const { recorded } = firstOf(done.result?.payloads) as { recorded?: object };
    if (activity.type === 'startRun' && recorded) history.recorded.push('pending');
  }
  return history;
}

type Payloads = { data?: Uint8Array | null }[] | null;

/** Input or result of an activity; an empty object where there is none. */
function firstOf(payloads: Payloads | undefined): object {
  const data = payloads?.[0]?.data;
  const value: unknown = data?.length ? JSON.parse(Buffer.from(data).toString()) : {};
  return typeof value === 'object' && value !== null ? value : {};
}

function stateIn(input: unknown): string | undefined {
  const { prowJob } = input as { prowJob?: { status?: { state?: string } } };
  return prowJob?.status?.state;
}
