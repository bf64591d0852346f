/**
 * The job's side of limits: gets a slot of each limiter that the job is subject to, and gives them back (architecture.md 3.7).
 *
 * Nobody waits for one slot for more than ten seconds while holding another: it is given back, and the job waits, holding
 * nothing, for the one that was missing before it tries the rest again. So blocked jobs neither block others nor poll.
 */
import { CancellationScope, condition, log, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { LimitActivities } from '../../activities/limits.ts';
import { taskQueues } from '../../domain/wire.ts';
import { slotGranted } from '../prow-job.messages.ts';

export interface SlotNeed {
  /** Workflow id of the limiter. */
  key: string;
  /** The limit as it stood when the job was created. */
  capacity: number;
}

export interface Slots {
  /**
   * Resolves when all slots are held. May be cancelled at any moment; `release` is to be called then as well, and gives back
   * or withdraws whatever there is.
   */
  acquire(): Promise<void>;
  /** Gives everything back, in a cancelled scope too. Does nothing, and costs nothing, when there is nothing to give back. */
  release(): Promise<void>;
}

export interface SlotsOptions {
  /** Creation time of the job (ms): its place in every line, however often it has to ask. */
  createdAt: number;
  /** In the order in which they are acquired; the same for all jobs. */
  needs: SlotNeed[];
}

/** How long a slot may be held while another is missing. */
const holdMs = 10_000;
/**
 * The same where a later slot is held while an earlier one in the order of needs is missing. Shorter, so that of two jobs that
 * hold what the other wants always this one gives way, and they do not both give back and take again for ever.
 */
const holdAgainstOrderMs = 2_000;
/** A job that waits asks again, in case a limiter was terminated. Limiters drop a job that stops asking. */
const askAgainMs = 600_000;
/** After that the job ends without having told; the limiter asks after silent holders. */
const giveBackMs = 3_600_000;

const { requestSlot, releaseSlots } = proxyActivities<LimitActivities>({
  taskQueue: taskQueues.admin,
  startToCloseTimeout: 10_000,
  retry: { initialInterval: 500, maximumInterval: 30_000 },
});

interface Claim extends SlotNeed {
  /** Tells this attempt from an earlier one whose messages may still be under way; grows over continued runs as well. */
  round: number;
  status: 'none' | 'asked' | 'held';
}

export function createSlots({ createdAt, needs }: SlotsOptions): Slots {
  const { workflowId } = workflowInfo();
  const claims: Claim[] = needs.map((need) => ({ ...need, round: Date.now(), status: 'none' }));

  setHandler(slotGranted, async (key, round) => {
    const claim = claims.find((candidate) => candidate.key === key);
    if (claim && claim.status !== 'none' && claim.round === round) {
      claim.status = 'held';
      return;
    }
    // A grant that crossed our withdrawal. Usually the limiter has that by now; if the request was delivered late, it has not.
    await giveBack([{ key, round }]);
  });

  const giveBack = async (slots: { key: string; round: number }[]) => {
    if (slots.length === 0) return;
    try {
      await CancellationScope.nonCancellable(() =>
        releaseSlots.executeWithOptions({ summary: 'give slots back', scheduleToCloseTimeout: giveBackMs }, [
          { workflowId, slots },
        ]),
      );
    } catch (error) {
      // The limiter finds out by itself when this job has ended.
      log.warn('Slots could not be given back', { error });
    }
  };

  const release = async (which: Claim[]) => {
    const claimed = which.filter(({ status }) => status !== 'none');
    for (const claim of claimed) claim.status = 'none';
    await giveBack(claimed.map(({ key, round }) => ({ key, round })));
  };

  const ask = async (claim: Claim) => {
    if (claim.status === 'none') claim.round += 1;
    if (claim.status !== 'held') claim.status = 'asked';
    const { key, capacity, round } = claim;
    await requestSlot.executeWithOptions({ summary: `ask for a slot of ${key}` }, [
      { key, slot: { workflowId, createdAt, capacity, round } },
    ]);
  };

  /** Whether the slot is held now, or within `timeoutMs`. The check comes first because a timer is two events. */
  const granted = async (claim: Claim, timeoutMs: number) => {
    const held = () => claim.status === 'held';
    return held() || (await condition(held, timeoutMs, { summary: `wait for a slot of ${claim.key}` }));
  };

  /** Waits as long as it takes, holding nothing else. */
  const waitFor = async (claim: Claim) => {
    if (claim.status === 'none') await ask(claim);
    while (!(await granted(claim, askAgainMs))) await ask(claim);
  };

  /** Takes the missing slots; returns the first that is not to be had soon. */
  const takeRest = async (): Promise<Claim | undefined> => {
    for (const [index, claim] of claims.entries()) {
      if (claim.status === 'none') await ask(claim);
      const againstOrder = claims.slice(index + 1).some(({ status }) => status === 'held');
      if (!(await granted(claim, againstOrder ? holdAgainstOrderMs : holdMs))) return claim;
    }
    return undefined;
  };

  return {
    async acquire() {
      let missing = claims[0];
      while (missing) {
        await waitFor(missing);
        missing = await takeRest();
        if (missing) {
          const blocked = missing;
          await release(claims.filter((claim) => claim !== blocked));
        }
      }
    },
    release: () => release(claims),
  };
}
