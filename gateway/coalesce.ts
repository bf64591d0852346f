/**
 * Makes one signal of the webhooks for an actor that are in flight together (architecture.md 3.8): the first goes at once, and
 * those that come before Temporal has answered go together after it, 100 ms later at most.
 */
import { actorId, type ActorTarget } from '../domain/review/actor-target.ts';
import type { ChangeEventEnvelope } from '../domain/review/envelope.ts';

export interface CoalesceOptions {
  send: (target: ActorTarget, envelopes: readonly ChangeEventEnvelope[]) => Promise<void>;
  /** Milliseconds that a webhook may wait for others. Default 100. */
  maxWaitMs?: number;
}

/** Bytes of JSON in one signal; Temporal warns from 256 KiB on. */
const maxGroupBytes = 128 * 1024;
const maxGroup = 50;

interface Waiting {
  target: ActorTarget;
  envelope: ChangeEventEnvelope;
  bytes: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Lane {
  sending: number;
  waiting: Waiting[];
  timer?: NodeJS.Timeout;
}

/** Resolves once Temporal has the envelope, and rejects with what its signal was refused with. */
export type Coalesce = (target: ActorTarget, envelope: ChangeEventEnvelope, bytes: number) => Promise<void>;

export function createCoalesce({ send, maxWaitMs = 100 }: CoalesceOptions): Coalesce {
  const lanes = new Map<string, Lane>();

  return async (target, envelope, bytes) => {
    const id = actorId(target);
    const lane = lanes.get(id) ?? { sending: 0, waiting: [] };
    lanes.set(id, lane);
    return new Promise<void>((resolve, reject) => {
      lane.waiting.push({ target, envelope, bytes, resolve, reject });
      if (lane.sending === 0) flush(id, lane);
      else lane.timer ??= setTimeout(() => flush(id, lane), maxWaitMs);
    });
  };

  function flush(id: string, lane: Lane): void {
    clearTimeout(lane.timer);
    delete lane.timer;
    while (lane.waiting.length > 0) sendGroup(id, lane, nextGroup(lane.waiting));
  }

  function sendGroup(id: string, lane: Lane, group: readonly Waiting[]): void {
    const [first] = group;
    if (!first) return;
    lane.sending += 1;
    send(
      first.target,
      group.map(({ envelope }) => envelope),
    )
      .then(
        () => group.forEach(({ resolve }) => resolve()),
        (error: unknown) => group.forEach(({ reject }) => reject(error)),
      )
      .finally(() => {
        lane.sending -= 1;
        if (lane.sending > 0) return;
        if (lane.waiting.length > 0) flush(id, lane);
        else lanes.delete(id);
      })
      .catch(() => undefined);
  }
}

/** Takes as many as fit in a signal, and one at least. */
function nextGroup(waiting: Waiting[]): readonly Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const one of waiting.slice(0, maxGroup)) {
    bytes += one.bytes;
    if (count > 0 && bytes > maxGroupBytes) break;
    count += 1;
  }
  return waiting.splice(0, count);
}
