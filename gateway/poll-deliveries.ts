/**
 * Webhooks without a public address: instead of waiting for them, the host's own log of them is read every few seconds, and each
 * new one is taken in as if it had been sent. For laptops; a host that cannot reach us logs its webhooks all the same.
 *
 * How far the log has been read is remembered in a file. What was taken in and not remembered is taken in twice, and handled once.
 */
import type { Logger } from 'pino';
import { olderFirst, type DeliveryAttempt, type DeliveryLog, type OwnHooks } from '../domain/review/delivery-log.ts';
import { HostRateLimited } from '../providers/host-failures.ts';
import type { Intake } from './intake.ts';
import { openPollMemory, type PollMemory } from './poll-memory.ts';

export interface DeliveryPollerDeps {
  /** Name of the host in our configuration. */
  host: string;
  log: DeliveryLog;
  /** Which hooks are ours, as configured now. */
  ownHooks: () => OwnHooks;
  intake: Intake;
  /** Where it is remembered how far the log was read. */
  file: string;
  /** Milliseconds between looks. Default 5000; a look that finds nothing new costs nothing of GitHub's limits. */
  everyMs?: number;
  /** Default: the clock (ms). */
  now?: () => number;
  logger: Logger;
}

export interface DeliveryPoller {
  /** Resolves when the look under way is over; there is none after it. */
  close(): Promise<void>;
}

/** A log may show an attempt late, and clocks differ. */
const marginMs = 10 * 60_000;
/** Hooks are looked up so often: somebody may be making one. */
const hooksEveryMs = 60_000;
/** After failures looks become less frequent, down to this. */
const longestPauseMs = 60_000;

/** Rejects where the file cannot be read. */
export async function startDeliveryPoller(deps: DeliveryPollerDeps): Promise<DeliveryPoller> {
  const { everyMs = 5_000, host, logger, now = Date.now } = deps;
  const memory = await openPollMemory(deps.file, now());
  const look = createLook(deps, memory, now);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let failures = 0;
  let complaint = '';

  const round = async (): Promise<void> => {
    let pauseMs = everyMs;
    try {
      await look();
      failures = 0;
      complaint = '';
    } catch (error) {
      failures += 1;
      const wanted = error instanceof HostRateLimited ? error.nextRetryDelay : everyMs * 2 ** failures;
      pauseMs = error instanceof HostRateLimited ? wanted : Math.max(everyMs, Math.min(wanted, longestPauseMs));
      const message = error instanceof Error ? error.message : String(error);
      if (message !== complaint) logger.warn({ err: error, host }, 'The log of webhooks could not be read');
      complaint = message;
    }
    if (!closed) timer = setTimeout(begin, pauseMs);
  };
  let running = round();
  function begin(): void {
    running = round();
  }

  return {
    async close() {
      closed = true;
      await running;
      clearTimeout(timer);
    },
  };
}

/** One look at the log: takes in what is new, oldest first, and stops at what cannot be handed on now. */
function createLook(deps: DeliveryPollerDeps, memory: PollMemory, now: () => number): () => Promise<void> {
  const { host, intake, log, logger } = deps;
  let hooks: readonly string[] = [];
  let hooksAt = -Infinity;
  let told = false;

  const findHooks = async (): Promise<void> => {
    if (now() - hooksAt < hooksEveryMs) return;
    const own = deps.ownHooks();
    const hidden: string[] = [];
    hooks = await log.hooks(own, (owner) => hidden.push(owner));
    hooksAt = now();
    if (hooks.length > 0 || told) return;
    told = true;
    const address = own.url ?? `an address with the path ${own.path}`;
    logger.warn({ host, address, hidden }, 'The code host has no webhook that would be for us, or does not show it');
  };

  return async () => {
    await findHooks();
    for (const hook of hooks) {
      const fresh = new Map<string, DeliveryAttempt>();
      let latestMs = memory.sinceMs(hook);
      for await (const attempt of log.attempts(hook, memory.sinceMs(hook) - marginMs)) {
        latestMs = Math.max(latestMs, attempt.atMs);
        if (attempt.event !== 'ping' && !memory.isTaken(attempt)) fresh.set(attempt.guid, attempt);
      }
      // The log is read backwards, so that of each delivery the first attempt stays.
      for (const attempt of [...fresh.values()].toSorted(olderFirst)) {
        await takeIn(hook, attempt);
        memory.take(attempt);
      }
      await memory.readUntil(hook, latestMs, latestMs - marginMs);
    }
  };

  async function takeIn(hook: string, { id, guid }: DeliveryAttempt): Promise<void> {
    const webhook = await log.webhook(hook, id);
    if (!webhook) {
      logger.warn({ host, hook, deliveryId: guid }, 'A webhook is not in the log any more');
      return;
    }
    const { event, headers, body } = webhook;
    const payload = JSON.parse(new TextDecoder().decode(body)) as unknown;
    await intake.take({ host, event, delivery: guid, body, payload, headers });
  }
}
