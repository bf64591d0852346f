/**
 * Labels as the host has sent them with an event, where they can stand for those of now: the event is young, and what its actor has
 * changed since is remembered (folded-labels.ts). That spares a request for nearly every event.
 */
import type { ChangeEventEnvelope } from './envelope.ts';

/** Shorter than actors remember what they have changed, by more than clocks differ. */
const youngMs = 20_000;

/**
 * Undefined where the host has to be asked: the event has none, is late, or was sent again. A host may send one again after hours,
 * with the labels of then.
 */
export function shownLabels(
  { labels, shownAt, receivedAt }: Pick<ChangeEventEnvelope, 'labels' | 'shownAt' | 'receivedAt'>,
  now: number,
): readonly string[] | undefined {
  if (!labels || shownAt === undefined) return undefined;
  const isYoung = (time: string) => Math.abs(now - Date.parse(time)) <= youngMs;
  return isYoung(shownAt) && isYoung(receivedAt) ? labels : undefined;
}
