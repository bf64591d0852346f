/**
 * Labels as they are after the effects of earlier events (architecture.md 2.2): hosts answer from copies that may be some seconds
 * old, and what they sent with an event may be older than an effect of the event before.
 */
import type { RecentLabel } from './actor-state.ts';
import { hasLabel } from './item.ts';

/** How long a host may be behind, generously: after that its word counts. */
const behindMs = 30_000;

export function foldedLabels(
  labels: readonly string[],
  recent: readonly Pick<RecentLabel, 'label' | 'on'>[],
): string[] {
  const folded = [...labels];
  for (const { label, on } of recent) {
    if (on && !hasLabel(folded, label)) folded.push(label);
    const at = folded.findIndex((one) => hasLabel([one], label));
    if (!on && at >= 0) folded.splice(at, 1);
  }
  return folded;
}

/** With one more; of changes of the same label only the latest counts. */
export function withLabel(recent: readonly RecentLabel[], changed: RecentLabel): RecentLabel[] {
  return [...recent.filter(({ label }) => !hasLabel([label], changed.label)), changed];
}

export function stillRecent(recent: readonly RecentLabel[], now: number): RecentLabel[] {
  return recent.filter(({ at }) => at > now - behindMs);
}
