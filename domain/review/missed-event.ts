/** What happened to a change while no webhook told of it, found by comparing (integrations.md 6.5). */
import type { Item, PullDetails } from './item.ts';

/** By the host's actions of the event that was missed, with what was before. */
export type MissedEvent =
  | { action: 'opened' | 'reopened' | 'closed' | 'ready_for_review' | 'converted_to_draft' }
  | { action: 'synchronize'; before: string }
  | { action: 'edited'; baseBefore: string };

/** The webhook that the host would have sent for it, with the change as it is now. */
export interface LateWebhook {
  /** The host's name of the event. */
  event: string;
  body: Uint8Array;
  /** The body, parsed. */
  payload: unknown;
  item: Item & { pull: PullDetails };
  /** RFC 3339: when the host last saw the change move. */
  updatedAt: string;
}
