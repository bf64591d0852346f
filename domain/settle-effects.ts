/**
 * What several plugins want after one event, as one list: doubles removed, in an order in which nothing is undone
 * (architecture.md 2.2, style.md 4.3).
 */
import type { Effect, EffectKind } from './effects.ts';

export interface PluginEffects {
  plugin: string;
  /** In the keys of its effects instead of its name. */
  keys?: string;
  effects: readonly Effect[];
}

/** An effect with the name by which a repetition is recognised: `<delivery>/<plugin>/<n>`. */
export interface KeyedEffect {
  key: string;
  plugin: string;
  effect: Effect;
}

/** Jobs are aborted before others start, and what people read comes before what it causes. */
const phases: Readonly<Partial<Record<EffectKind, number>>> = { abortJobs: -1, startJobs: 1, lookAgain: 2 };

/** Doubles that two plugins may want: the first counts. Comments are never doubles, each plugin speaks for itself. */
const unique: ReadonlySet<EffectKind> = new Set([
  'abortJobs',
  'deleteComment',
  'setStatus',
  'deleteBranch',
  'approveWorkflowRuns',
  'rerunWorkflowRuns',
]);

/** `delivery` names the event; plugins come in the order in which they are given. */
export function settleEffects(delivery: string, wanted: readonly PluginEffects[]): KeyedEffect[] {
  const seen = new Set<string>();
  const kept: KeyedEffect[] = [];
  for (const { plugin, keys = plugin, effects } of wanted) {
    for (const [index, effect] of effects.entries()) {
      const identity = JSON.stringify(effect);
      if (unique.has(effect.kind) && seen.has(identity)) continue;
      seen.add(identity);
      kept.push({ key: `${delivery}/${keys}/${index}`, plugin, effect });
    }
  }
  const settled = withoutDetours(kept);
  const phase = ({ effect }: KeyedEffect) => phases[effect.kind] ?? 0;
  return settled.toSorted((a, b) => phase(a) - phase(b));
}

/**
 * Of several changes of one label the first, and the last where that says otherwise: a text may hold a thousand commands that
 * take each other back, and ends where the last of them leads.
 */
function withoutDetours(wanted: readonly KeyedEffect[]): KeyedEffect[] {
  const ofLabel = new Map<string, { first: KeyedEffect; last: KeyedEffect }>();
  for (const keyed of wanted) {
    const label = changedLabel(keyed);
    if (label === undefined) continue;
    ofLabel.set(label, { first: ofLabel.get(label)?.first ?? keyed, last: keyed });
  }
  return wanted.filter((keyed) => {
    const changes = ofLabel.get(changedLabel(keyed) ?? '');
    if (!changes) return true;
    const { first, last } = changes;
    return keyed === first || (keyed === last && last.effect.kind !== first.effect.kind);
  });
}

/** With the item that has it; undefined for what is no change of a label. */
function changedLabel({ effect }: KeyedEffect): string | undefined {
  if (effect.kind !== 'addLabel' && effect.kind !== 'removeLabel') return undefined;
  return `${effect.number ?? ''} ${effect.label}`;
}
