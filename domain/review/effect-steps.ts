/**
 * The effects of one event as the calls that carry them out. The order of effects that concern the same system is kept: on the
 * host, and among jobs, of which some are aborted before others start. Effects on different systems do not wait for each other's
 * place, so that everything for the host is one call.
 */
import type { AbortJobs, CherryPick, Effect, JobStart, LookAgain, RecordJob } from '../effects.ts';
import type { KeyedEffect } from '../settle-effects.ts';
import type { HostEffect } from './host.ts';

type Keyed<E extends Effect> = KeyedEffect & { effect: E };

export interface EffectSteps {
  /** Several plugins may want that, each with words of its own. */
  abort: readonly Keyed<AbortJobs>[];
  host: readonly Keyed<HostEffect>[];
  record: readonly Keyed<RecordJob>[];
  /** Of all plugins: each job once, with the labels of who wanted it first. */
  start: readonly JobStart[];
  cherryPick: readonly Keyed<CherryPick>[];
  again: readonly Keyed<LookAgain>[];
}

/** Effects of kind `fail` are none: the evaluation has told them as failures. */
export function stepsOf(effects: readonly KeyedEffect[]): EffectSteps {
  const starts = new Map<string, JobStart>();
  for (const { effect } of effects) {
    if (effect.kind !== 'startJobs') continue;
    for (const start of effect.jobs) {
      const key = `${start.type}/${start.job}`;
      if (!starts.has(key)) starts.set(key, start);
    }
  }
  return {
    abort: ofKind(effects, 'abortJobs'),
    host: effects.filter(isForHost),
    record: ofKind(effects, 'recordJob'),
    start: [...starts.values()],
    cherryPick: ofKind(effects, 'cherryPick'),
    again: ofKind(effects, 'lookAgain'),
  };
}

/** What the actor does by itself. */
const own = {
  startJobs: true,
  abortJobs: true,
  recordJob: true,
  lookAgain: true,
  fail: true,
  cherryPick: true,
} as const satisfies Record<Exclude<Effect['kind'], HostEffect['kind']>, true>;

function isForHost(keyed: KeyedEffect): keyed is Keyed<HostEffect> {
  return !Object.hasOwn(own, keyed.effect.kind);
}

function ofKind<K extends Effect['kind']>(
  effects: readonly KeyedEffect[],
  kind: K,
): Keyed<Extract<Effect, { kind: K }>>[] {
  return effects.filter((keyed): keyed is Keyed<Extract<Effect, { kind: K }>> => keyed.effect.kind === kind);
}
