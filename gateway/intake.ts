/**
 * Takes in webhooks of which it is known who sent them, and hands them to the actors of changes and repositories: those that are
 * sent to us, and those that are read from a host's log, in one line for each actor.
 */
import { randomUUID } from 'node:crypto';
import { actorId } from '../domain/review/actor-target.ts';
import { acceptWebhook, type KnownWebhook } from '../providers/github/accept-webhook.ts';
import { createCoalesce } from './coalesce.ts';
import type { GatewayDeps } from './deps.ts';
import { createInLine } from './in-line.ts';

export type IntakeDeps = Pick<
  GatewayDeps,
  'signals' | 'blobs' | 'folder' | 'pluginConfig' | 'metrics' | 'logger' | 'now' | 'storageTimeoutMs'
>;

export interface Intake {
  /** Resolves once Temporal has the event, or nobody wants it. Rejects where it could not be handed on; that is logged. */
  take(webhook: KnownWebhook): Promise<'taken' | 'ignored'>;
}

export function createIntake(deps: IntakeDeps): Intake {
  const { logger, metrics, signals } = deps;
  const inLine = createInLine();
  const gateway = randomUUID().slice(0, 8);
  let received = 0;
  const arrival = () => ({ gateway, n: (received += 1) });
  const coalesce = createCoalesce({
    async send(target, envelopes) {
      await signals.changeEventsReceived(target, envelopes);
      metrics.signalled(target.kind, envelopes.length);
    },
  });

  return {
    async take(webhook) {
      const { event, delivery } = webhook;
      metrics.received(event);
      const fields = { deliveryId: delivery, event };
      try {
        const accepted = acceptWebhook({ ...deps, arrival }, webhook);
        if ('ignored' in accepted) {
          metrics.ignored(event, accepted.ignored);
          logger.debug({ ...fields, reason: accepted.ignored }, 'A webhook was ignored');
          return 'ignored';
        }
        const { target, enveloped } = accepted;
        const { envelope, bytes } = await inLine(actorId(target), enveloped);
        await coalesce(target, envelope, bytes);
        const { org, repo } = target;
        const number = target.kind === 'change' && { pr: target.number };
        logger.debug({ ...fields, org, repo, ...number }, 'A webhook was handed on');
        return 'taken';
      } catch (error) {
        logger.error({ ...fields, err: error }, 'A webhook could not be handed on');
        throw error;
      }
    },
  };
}
