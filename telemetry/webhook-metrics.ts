/** The metrics of the gateway; the first two under the names that Prow's dashboards query (spec plugins-review.md A.7). */
import { Counter, type Registry } from 'prom-client';

export interface WebhookMetrics {
  /** A webhook with a valid signature. */
  received(event: string): void;
  /** The answer to a request, whatever came. */
  answered(status: number): void;
  /** Nobody wants it: its event is unknown, or it is about no repository. */
  ignored(event: string, reason: 'unknown event' | 'no repository'): void;
  /** One signal, with this many webhooks in it. */
  signalled(actor: 'change' | 'repo', webhooks: number): void;
}

/** Once per registry. */
export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const received = counter('prow_webhook_counter', 'Number of webhooks with a valid signature.', 'event_type');
  const answered = counter('prow_webhook_response_codes', 'Number of answers to webhooks.', 'response_code');
  const ignored = counter(
    'bowsprit_webhooks_ignored_total',
    'Number of webhooks that woke no actor.',
    'event_type',
    'reason',
  );
  const signals = counter('bowsprit_webhook_signals_total', 'Number of signals to actors.', 'actor');
  const signalled = counter(
    'bowsprit_webhooks_signalled_total',
    'Number of webhooks that actors were told; more than signals where several came together.',
    'actor',
  );
  return {
    received: (event) => received.inc({ event_type: labelOf(event) }),
    answered: (status) => answered.inc({ response_code: String(status) }),
    ignored: (event, reason) => ignored.inc({ event_type: labelOf(event), reason }),
    signalled(actor, webhooks) {
      signals.inc({ actor });
      signalled.inc({ actor }, webhooks);
    },
  };
}

/** The name comes from outside. */
function labelOf(event: string): string {
  return /^[a-z_]{1,64}$/.test(event) ? event : 'other';
}
