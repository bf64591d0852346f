/**
 * What a webhook is to us, however it came to be known: sent to the gateway, read from the host's log, or missed and made up for.
 * Whose event it is, what it says, and where its bytes are. Who sent it has been made sure of before.
 */
import type { PluginConfig } from '../../domain/plugin-config.ts';
import { externalPluginsFor } from '../../domain/plugin-enablement.ts';
import type { ActorTarget } from '../../domain/review/actor-target.ts';
import type { Arrival } from '../../domain/review/envelope.ts';
import { normaliseWebhook } from './normalise.ts';
import { storeWebhook, type Enveloped, type StoreDeps } from './store-webhook.ts';

export interface AcceptDeps extends StoreDeps {
  pluginConfig: () => PluginConfig;
  /** The place of the next webhook, for who takes in many. */
  arrival?: () => Arrival;
  /** Default: the clock. */
  now?: () => Date;
}

export interface KnownWebhook {
  /** Name of the host in the configuration. */
  host: string;
  event: string;
  delivery: string;
  body: Uint8Array;
  /** The body, parsed. */
  payload: unknown;
  /** Those that a forward repeats, by lower-case name. */
  headers: Readonly<Record<string, string>>;
}

export interface AcceptedWebhook {
  target: ActorTarget;
  /** Once what does not travel is stored. Rejects with NotStored. */
  enveloped: Promise<Enveloped>;
}

/** Nobody wants it. */
export interface IgnoredWebhook {
  ignored: 'unknown event' | 'no repository';
}

/** Whose it is is known at once, so that webhooks of one actor keep their order however long storage takes. */
export function acceptWebhook(
  deps: AcceptDeps,
  { host, event, delivery, body, payload, headers }: KnownWebhook,
): AcceptedWebhook | IgnoredWebhook {
  const normalised = normaliseWebhook(event, payload);
  const { repo, number } = normalised;
  if (!repo) return { ignored: 'no repository' };
  const wantedOutside = externalPluginsFor(deps.pluginConfig(), repo.org, repo.repo, event).length > 0;
  if (normalised.events.length === 0 && !wantedOutside) return { ignored: 'unknown event' };
  const target: ActorTarget =
    number === undefined ? { kind: 'repo', host, ...repo } : { kind: 'change', host, ...repo, number };
  const enveloped = storeWebhook(deps, {
    host,
    event,
    delivery,
    receivedAt: deps.now?.() ?? new Date(),
    ...(deps.arrival && { arrival: deps.arrival() }),
    body,
    headers,
    normalised: { ...normalised, repo },
    wantedOutside,
  });
  return { target, enveloped };
}
