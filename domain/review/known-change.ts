/**
 * What the actor of a change knows of it: the part of its answer to the query `state` that others rely on. Reconciling compares
 * it with the host, and tells the actor only what it does not know.
 */
import type { ItemBrief } from './resolved-event.ts';

export interface KnownChange {
  /** As it was when the latest event was resolved; absent before the first. */
  item?: Pick<ItemBrief, 'state' | 'draft' | 'headSha' | 'baseRef'>;
  /** Events that were received and are not done with: what they bring is not known yet. */
  waiting: number;
}
