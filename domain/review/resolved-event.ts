/**
 * An event as its actor handles it: completed by the host (a comment does not say a pull's branches) and by git. The actor sees
 * the brief; everything long is in blob storage and read by who needs it.
 */
import type { ChangeEventEnvelope } from './envelope.ts';
import type { GitFacts, GitWant } from './git-facts.ts';

export interface ResolveRequest {
  envelope: ChangeEventEnvelope;
  /** Besides what the kinds of its events call for. */
  wants?: readonly GitWant[];
  /** Of an earlier resolve of the same event: commits stay the same, what is there is not read again. */
  known?: GitFacts;
}

export interface ResolvedEvent {
  /** With `item` as the host has it; stored, as everywhere, when it is long. */
  envelope: ChangeEventEnvelope;
  brief: EventBrief;
  /** Absent where nothing of the repository's files can matter: issues, statuses. */
  facts?: GitFacts;
}

/** What the actor itself remembers and shows. Untrusted texts are cut and made printable. */
export interface EventBrief {
  /** One line for people: `/lgtm by alice`, `opened by carol`, `push to main`. At most 120 characters. */
  story: string;
  /** Kinds of its events. */
  kinds: readonly string[];
  isPull: boolean;
  /** Absent for pushes. */
  item?: ItemBrief;
  /** What of the change it is that the event itself brings, and does not only show. */
  brings?: Announced;
}

/**
 * What hosts have events of their own for. Any event shows the change as it is; who was told that the head moved, and so has
 * its tests started, can only be seen from the events that say it.
 */
export type Announced = Pick<ItemBrief, 'draft' | 'headSha' | 'baseRef'> & Partial<Pick<ItemBrief, 'state'>>;

export interface ItemBrief {
  /** At most 120 characters. */
  title: string;
  author: string;
  state: 'open' | 'closed';
  merged?: boolean;
  draft?: boolean;
  headSha?: string;
  baseRef?: string;
  url: string;
  /** Where the event said them. */
  labels?: readonly string[];
}

/** On the queue `git`. */
export interface ResolveActivities {
  /** Reads the host and the repository; can be repeated. Rejects while either is away. Beats, at least once a minute. */
  resolveEvent: (request: ResolveRequest) => Promise<ResolvedEvent>;
}
