/**
 * The line of one concurrency limit: who holds a slot, who waits, oldest first (spec jobs.md 5.2, architecture.md 3.7).
 *
 * Its workflow id is its key: `limit:job:<name>`, `limit:queue:<name>` or `limit:global`. Signal handlers only write down what
 * jobs say; the main loop decides, and tells all that may start in one activity per turn, so a burst costs few events.
 * Who may start is decided in `domain/jobs/limits.ts`; the job's side is `lib/slots.ts`.
 */
import {
  condition,
  continueAsNew,
  log,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { LimitActivities } from '../activities/limits.ts';
import { taskQueues } from '../domain/wire.ts';
import { createLine } from './lib/limiter-line.ts';
import { configChanged, slotReleased, slotRequested, state, type LimiterInput } from './limiter.messages.ts';

const minuteMs = 60_000;
/** Holders are asked after when nothing was heard of them for so long. */
const holderSilenceMs = 10 * minuteMs;
/** Jobs that wait ask again every ten minutes; one that missed that twice has ended or been reset. */
const waiterSilenceMs = 25 * minuteMs;
const idleMs = 10 * minuteMs;
/** Checks are at least so far apart, however the times of the holders lie. */
const checkGapMs = minuteMs;
const maxEvents = 2_000;
/** Grants and checks per activity: a batch is over in seconds. */
const batch = 200;

const { grantSlots, findClosed } = proxyActivities<LimitActivities>({
  taskQueue: taskQueues.admin,
  startToCloseTimeout: 60_000,
  retry: { initialInterval: 500, maximumInterval: 10_000 },
});

export async function limiter(input: LimiterInput): Promise<void> {
  const key = workflowInfo().workflowId;
  const line = createLine(key, input);
  let changed = true;
  /** The one timer under way: it is not restarted with each turn, since each start and cancel are events. */
  let alarm: number | undefined;
  let idleSince: number | undefined;
  let lastCheck = 0;

  setHandler(state, () => line.state());
  setHandler(slotRequested, (slot) => {
    line.request(slot, Date.now());
    changed = true;
  });
  setHandler(slotReleased, (release) => {
    line.release(release);
    changed = true;
  });
  setHandler(configChanged, ({ capacity }) => {
    line.setCapacity(capacity, Date.now());
    changed = true;
  });

  /** Admits until nobody more may start. Signals that arrive during the activity are served in the next round. */
  const grantAll = async () => {
    for (;;) {
      const grants = line.admit(Date.now(), batch);
      if (grants.length === 0) return;
      const gone = await grantSlots.executeWithOptions({ summary: `grant ${grants.length}` }, [
        grants.map(({ workflowId, round }) => ({ workflowId, key, round })),
      ]);
      for (const grant of grants) if (gone.includes(grant.workflowId)) line.release(grant);
    }
  };

  const check = async () => {
    lastCheck = Date.now();
    line.dropSilentWaiters(lastCheck - waiterSilenceMs);
    const silent = line.holdersSilentSince(lastCheck - holderSilenceMs).slice(0, batch);
    if (silent.length === 0) return;
    const closed = await findClosed.executeWithOptions({ summary: `check ${silent.length} holders` }, [
      silent.map(({ workflowId }) => workflowId),
    ]);
    const ids = new Set(closed.map(({ workflowId }) => workflowId));
    // Compared by round: a slot that was given back and granted again meanwhile is another one.
    for (const holder of silent) {
      if (ids.has(holder.workflowId)) line.release(holder);
      else line.seen(holder, Date.now());
    }
    if (ids.size > 0) log.warn('Slots of ended jobs were still held', { key, count: ids.size });
  };

  /** When there is something to do without a message (ms). */
  const nextDue = (): number => {
    if (idleSince !== undefined) return idleSince + idleMs;
    const silent = line.oldestSeen();
    return Math.max(lastCheck + checkGapMs, Math.min(silent.holder + holderSilenceMs, silent.waiter + waiterSilenceMs));
  };

  const setAlarm = (due: number) => {
    if (alarm !== undefined && alarm <= due) return;
    const mine = due;
    alarm = mine;
    void sleep(Math.max(1, due - Date.now()), { summary: line.isEmpty() ? 'end when idle' : 'check holders' }).then(
      () => {
        if (alarm === mine) alarm = undefined;
        return undefined;
      },
    );
  };

  for (;;) {
    changed = false;
    await grantAll();
    if (line.isEmpty()) idleSince ??= Date.now();
    else idleSince = undefined;
    setCurrentDetails(line.details());
    if (workflowInfo().continueAsNewSuggested || workflowInfo().historyLength >= maxEvents) {
      // No await between the last look at `changed` and here: what the handlers wrote down is carried over.
      return await continueAsNew<typeof limiter>(line.carryOver());
    }
    const due = nextDue();
    if (due <= Date.now()) {
      if (idleSince !== undefined) return;
      await check();
      continue;
    }
    setAlarm(due);
    await condition(() => changed || alarm === undefined);
  }
}
