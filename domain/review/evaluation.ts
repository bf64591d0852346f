/** What plugins are asked about one delivery, and what they want done (architecture.md 2.2). */
import type { ProwJobState } from '../prowjob.ts';
import type { KeyedEffect } from '../settle-effects.ts';
import type { ChangeEventEnvelope } from './envelope.ts';
import type { GitFacts, GitWant } from './git-facts.ts';

export interface EvaluateRequest {
  /** As resolved. All its events are evaluated together: they are one thing that happened. */
  envelope: ChangeEventEnvelope;
  facts?: GitFacts;
  /** ProwJobs of the change that have not ended, as its actor knows them. */
  activeJobs: readonly { name: string; job: string; type: string; state: ProwJobState }[];
  /**
   * Labels that the actor has put on or taken off in the last seconds, for earlier events: what the host answers, or sent with
   * the event, may be older (architecture.md 2.2).
   */
  recentLabels?: readonly { label: string; on: boolean }[];
  /** Only this plugin, which asked to look again. */
  again?: string;
}

export interface EventEvaluation {
  effects: KeyedEffect[];
  /** Plugins that could do nothing, or not all: the others are not held up (spec plugins-review.md A.7). */
  failures: { plugin: string; reason: string }[];
  /**
   * What plugins asked for that had not been read. Then `effects` is empty: the actor has it resolved and asks again.
   */
  missing?: readonly GitWant[];
  /** External plugins that want the delivery, by name. */
  forwards: readonly string[];
  /** Generation of the configuration that it was evaluated with. */
  generation: string;
}

export interface EvaluateActivities {
  evaluateEvent: (request: EvaluateRequest) => Promise<EventEvaluation>;
}
