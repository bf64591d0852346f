/**
 * Asks a code host for webhooks again that did not reach us, by its own log of them (integrations.md 6.5). Harmless to repeat:
 * an actor handles a delivery once, however often it comes.
 */
import type { Logger } from 'pino';
import type { PluginConfig } from '../domain/plugin-config.ts';
import { hookOwners } from '../domain/plugin-enablement.ts';
import { createDeliveryLedger } from '../domain/review/delivery-ledger.ts';
import type { DeliveryAttempt, DeliveryLog, OwnHooks } from '../domain/review/delivery-log.ts';
import type { CodeHost } from '../domain/review/host.ts';
import type { HostRedelivery, RedeliverActivities } from '../domain/review/redelivery-pass.ts';
import { HostRateLimited, isRefusal } from '../providers/host-failures.ts';
import { beating } from './beating.ts';
import { hostFailure } from './host-failure.ts';

export interface RedeliverDeps {
  host: (name: string) => CodeHost;
  plugins: () => PluginConfig;
  /** Where our webhooks come in. */
  ownHooks: Pick<OwnHooks, 'url' | 'path'>;
  /** Told what one look has found. */
  onLooked?: (host: string, found: HostRedelivery) => void;
  logger: Logger;
}

/** How far the very first look goes back (ms): what was lost while all this was set up. */
const firstLookMs = 60 * 60_000;

/** Attempts that a look reads of a hook: a hundred requests. Of what is older, comparing finds the changes that matter. */
const maxRead = 10_000;

export function createRedeliverActivities(deps: RedeliverDeps): RedeliverActivities {
  return {
    async redeliverLost({ host: name, nowMs, last }) {
      const sinceMs = last?.sinceMs ?? nowMs - firstLookMs;
      const found = { atMs: nowMs, hooks: 0, again: 0, waiting: 0, lost: 0, hidden: 0 };
      let nextMs = nowMs;
      const { deliveries } = deps.host(name);
      if (!deliveries) return { ...found, sinceMs };
      try {
        await beating(async (beat) => {
          const owners = hookOwners(deps.plugins());
          const hooks = await deliveries.hooks({ ...deps.ownHooks, owners }, (owner, reason) => {
            found.hidden += 1;
            deps.logger.debug({ host: name, owner, reason }, 'Hooks are not shown to us');
          });
          for (const hook of hooks) {
            found.hooks += 1;
            const ledger = createDeliveryLedger();
            let read = 0;
            for await (const attempt of deliveries.attempts(hook, sinceMs)) {
              beat(attempt.id);
              ledger.add(attempt);
              if ((read += 1) < maxRead) continue;
              deps.logger.warn({ host: name, hook }, 'The log of webhooks is too long: what is older is not asked for');
              break;
            }
            const findings = ledger.judge({ nowMs, lastLookMs: last?.atMs ?? 0 });
            const again = await redeliverAll(deliveries, hook, findings.again, beat);
            found.again += again;
            found.waiting += findings.waiting + findings.again.length - again;
            found.lost += findings.lost.length;
            nextMs = Math.min(nextMs, findings.sinceMs);
            for (const { guid, event } of findings.lost) {
              deps.logger.error({ host: name, hook, deliveryId: guid, event }, 'A webhook is lost for good');
            }
          }
        });
      } catch (error) {
        throw hostFailure(error);
      }
      // Hooks that nobody shows us now may be shown again.
      const looked = { ...found, sinceMs: found.hooks > 0 ? nextMs : sinceMs };
      deps.onLooked?.(name, looked);
      const { again, waiting } = found;
      if (again > 0) deps.logger.info({ host: name, again, waiting }, 'Webhooks were asked for again');
      return looked;
    },
  };
}

/** Number of those that were asked for: a limit of the host leaves the rest to the next look. */
async function redeliverAll(
  log: DeliveryLog,
  hook: string,
  attempts: readonly DeliveryAttempt[],
  beat: (progress: unknown) => void,
): Promise<number> {
  let done = 0;
  for (const { id } of attempts) {
    beat(id);
    try {
      await log.redeliver(hook, id);
      done += 1;
    } catch (error) {
      if (error instanceof HostRateLimited) return done;
      // The host keeps it no more, or had it sent again just now.
      if (!isRefusal(error, 404, 409, 410, 422)) throw error;
    }
  }
  return done;
}
