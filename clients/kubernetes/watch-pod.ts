/** Waits until a run's pod gives a verdict that a fresh look confirms (spec jobs.md 5.4, 5.5). */
import { setTimeout as delay } from 'node:timers/promises';
import type { RunRequest, WatchContext } from '../../domain/executor.ts';
import { adoptedBuildId } from '../../domain/plank/adopted-build-id.ts';
import { observePod, type PodVerdict } from '../../domain/plank/observe-pod.ts';
import type { PodFacts } from '../../domain/plank/pod-facts.ts';
import { ClusterUnavailable } from './api-error.ts';
import type { Pod } from './api-types.ts';
import type { BuildCluster } from './build-cluster.ts';
import { isPodOf, podFacts } from './pod-facts.ts';

export interface Judged {
  verdict: Exclude<PodVerdict, { kind: 'wait' }>;
  /** As the API server had it when the verdict was given; undefined where it is gone. */
  pod: Pod | undefined;
}

interface Change {
  facts: PodFacts | undefined;
  finished: Pod | undefined;
}

/** `setTimeout` takes no more. */
const longestWaitMs = 2 ** 31 - 1;
const shortPausesMs = [100, 500, 2_000];

/** Rejects when the watch is to stop, and with ClusterUnavailable where the last look cannot be had. */
export async function watchPod(cluster: BuildCluster, request: RunRequest, context: WatchContext): Promise<Judged> {
  const { prowJob, timeouts, maxRevivals } = request;
  const { name } = prowJob.metadata;
  const buildId = prowJob.status.build_id ?? '';

  const judge = (facts: PodFacts | undefined): PodVerdict =>
    observePod(facts && isRun(facts, name, buildId) ? facts : undefined, {
      nowMs: cluster.nowMs(),
      timeouts,
      errorOnEviction: prowJob.spec.error_on_eviction ?? false,
      revivals: prowJob.status.pod_revival_count ?? 0,
      maxRevivals,
    });

  /** What the watch has told may be old, or about another pod: what it does not settle is asked of the API server itself. */
  async function look(): Promise<{ verdict: PodVerdict; pod: Pod | undefined }> {
    const found = await patiently(() => cluster.api.get(name), context.signal);
    if (found) cluster.pods().note(found);
    const pod = found && isVanishing(found) ? undefined : found;
    const facts = pod && podFacts(pod);
    return { verdict: judge(facts), pod: facts && isRun(facts, name, buildId) ? pod : undefined };
  }

  /** What can be told without a look: that there is nothing to do yet, and what came of a pod that has finished, which it stays. */
  function told({ facts, finished }: Change): { verdict: PodVerdict; pod: Pod | undefined } | undefined {
    const verdict = judge(facts);
    if (verdict.kind === 'wait') return { verdict, pod: undefined };
    const isSettled = finished && !isVanishing(finished) && facts && isRun(facts, name, buildId);
    return isSettled ? { verdict, pod: finished } : undefined;
  }

  const changes = latestOnly<Change>();
  const follower = cluster.pods().follow(name, (facts, finished) => {
    context.heartbeat({ buildId, podUid: facts?.metadata.uid, phase: facts?.status?.phase ?? 'missing' });
    changes.put({ facts, finished });
  });
  try {
    // A pod that is followed from before its end is known; of one that had finished by then only the API server can tell.
    const known = changes.take();
    let { verdict, pod } = (known && told(known)) ?? (await look());
    while (verdict.kind === 'wait') {
      context.signal.throwIfAborted();
      const { lookAgainAtMs } = verdict;
      const dueInMs = lookAgainAtMs === undefined ? longestWaitMs : lookAgainAtMs - cluster.nowMs();
      const change = await changes.next(Math.max(0, Math.min(dueInMs, longestWaitMs)), context.signal);
      ({ verdict, pod } = (change && told(change.value)) ?? (await look()));
    }
    context.signal.throwIfAborted();
    return { verdict, pod };
  } finally {
    follower.stop();
  }
}

/** A broken connection is no reason to give up the watch; a cluster that stays away is told, and the watch entered again. */
async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const pauseMs of shortPausesMs) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ClusterUnavailable)) throw error;
      await delay(pauseMs, undefined, { signal });
    }
  }
  return await ask();
}

/** Nothing holds it any more: a forced deletion may be seen a moment before the pod is gone, and must not look like a pending one. */
function isVanishing({ metadata }: Pod): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = metadata;
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && finalizers.length === 0;
}

/** A pod of that name with another build id is one that was given up. */
function isRun(facts: PodFacts, name: string, buildId: string): boolean {
  return isPodOf(facts, name) && (adoptedBuildId(facts) ?? buildId) === buildId;
}

/** Holds the newest value only; those before it no longer matter. */
function latestOnly<T>() {
  let held: { value: T } | undefined;
  let wake: (() => void) | undefined;
  return {
    put(value: T): void {
      held = { value };
      wake?.();
    },
    take(): T | undefined {
      const taken = held?.value;
      held = undefined;
      return taken;
    },
    /** The newest value, or undefined when none has come in time. Rejects with the signal's reason. */
    next(timeoutMs: number, signal: AbortSignal): Promise<{ value: T } | undefined> {
      return new Promise((resolve, reject) => {
        const take = () => {
          finish();
          resolve(held);
          held = undefined;
        };
        const aborted = () => {
          finish();
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the signal's own reason
          reject(signal.reason);
        };
        const timer = setTimeout(take, timeoutMs);
        const finish = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', aborted);
          wake = undefined;
        };
        signal.addEventListener('abort', aborted, { once: true });
        wake = take;
        if (signal.aborted) aborted();
        else if (held) take();
      });
    },
  };
}
