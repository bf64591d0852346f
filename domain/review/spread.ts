/** From the actor of a repository to those of its changes: facts that name a commit or a branch, and no change. */
import type { ChangeEventEnvelope } from './envelope.ts';

export interface SpreadRequest {
  envelope: ChangeEventEnvelope;
  /** Changes with this head. */
  sha: string;
}

/** On the queue of the host. */
export interface SpreadActivities {
  /** Hands the envelope to the actor of each open change with that head; resolves with their numbers. */
  spreadToChanges: (request: SpreadRequest) => Promise<readonly number[]>;
}
