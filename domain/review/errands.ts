/** What an actor has done beside its events because it may take long: nothing later in the line waits for it. */
import type { CherryPick } from '../effects.ts';
import type { ChangeEventEnvelope } from './envelope.ts';

/** An event for an external plugin (spec plugins-review.md A.8). */
export interface ForwardRequest {
  envelope: ChangeEventEnvelope;
  /** Name of the external plugin in plugins.yaml. */
  plugin: string;
}

/** On the queue `plugins`. */
export interface ForwardActivities {
  /** Rejects while the plugin cannot be reached; resolves with what it answered, also when it refused. */
  forwardEvent: (request: ForwardRequest) => Promise<{ status: number }>;
}

export interface CherryPickRequest {
  /** As resolved. */
  envelope: ChangeEventEnvelope;
  effect: CherryPick;
  /** Key of the effect. */
  key: string;
}

/** On the queue `git`. */
export interface CherryPickActivities {
  /**
   * Makes branches and pulls and says so on the change; each target by itself. Resolves with one line per target for people.
   * Beats, at least once a minute.
   */
  cherryPick: (request: CherryPickRequest) => Promise<{ outcomes: readonly string[] }>;
}
