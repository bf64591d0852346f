/**
 * What the actor of a change or of a repository knows: plain JSON, carried from run to run and answered to the query `state`.
 *
 * Texts of people are no part of it: items are remembered by their briefs, and what waits by its envelope, which is short or lies
 * in storage. It stays below 50 KB for all but the busiest changes. `v` counts incompatible shapes, each with a migration here.
 */
import type { CherryPick } from '../effects.ts';
import type { ChangeJob } from './change-jobs.ts';
import type { ChangeEventEnvelope } from './envelope.ts';
import type { Announced, ItemBrief } from './resolved-event.ts';

export interface ActorState {
  v: 1;
  /** Ids of the latest deliveries, oldest first: one that comes again is passed over. */
  seen: string[];
  /** Events that are not handled yet, in order; the first may be under way. */
  inbox: ChangeEventEnvelope[];
  /** As of the latest event, with the effects on labels since. Absent for repositories, and before the first event that says it. */
  item?: ItemBrief;
  /** What events have brought of the change, each field by the latest that did: reconciling compares it with the host. */
  announced?: Announced;
  /** Labels put on or taken off in the last seconds: what the host answers, and what it sent before, may be older. */
  labelled: RecentLabel[];
  /** Those that have not ended, and of each context the newest, oldest start first. */
  jobs: ActorJob[];
  /** When reports that could not be written are tried again. */
  reportsHeld?: { tries: number; at: number };
  again: AgainEntry[];
  /** Begun again by each run: they can be repeated. */
  errands: Errand[];
  /** The latest, oldest first. */
  stories: Story[];
  failures: ActorFailure[];
  /** When something last happened (ms). */
  activeAt: number;
  /** Events since the actor began, over all runs. */
  handled: number;
  /** Events of history after which a run ends and the next begins. Default 2000; less for tests. */
  maxEvents?: number;
}

export interface RecentLabel {
  label: string;
  /** Off otherwise. */
  on: boolean;
  /** Milliseconds. */
  at: number;
}

/** One ProwJob in the book of its actor. */
export interface ActorJob extends ChangeJob {
  /** A newer run of the same job has made it pointless: it is being ended, and not reported. */
  superseded?: true;
  /** What the host has been told last, as a hash. */
  told?: string;
  /** When it was last heard of (ms). */
  heardAt: number;
}

/** An event that is taken up again later. */
export interface AgainEntry {
  /** As resolved for a plugin's second look, as it came where it failed. */
  envelope: ChangeEventEnvelope;
  story: string;
  /** Milliseconds. */
  at: number;
  /** The plugin that asked for it. Without it the event could not be handled, and is tried as a whole. */
  plugin?: string;
  /** Looks, or tries, that there were before. */
  count: number;
}

/** What is done beside the line of events because it may take long. */
export type Errand =
  | { kind: 'forward'; envelope: ChangeEventEnvelope; plugin: string; story: string }
  | { kind: 'cherryPick'; envelope: ChangeEventEnvelope; effect: CherryPick; key: string; story: string }
  | { kind: 'abort'; jobs: { workflowId: string; name: string; job: string }[]; description: string };

/** One event and what came of it, in words. */
export interface Story {
  /** RFC 3339. */
  at: string;
  /** As in the brief of the event: `/lgtm by alice`. */
  story: string;
  /** `add label lgtm`; empty where nothing was to be done. */
  did: string[];
}

export interface ActorFailure {
  /** RFC 3339. */
  at: string;
  /** What happened when it failed: the story of an event, or a job. */
  story: string;
  /** What failed: `evaluate`, `plugin trigger`, `add label lgtm`. */
  what: string;
  /** At most 300 characters. */
  reason: string;
}

export function newActorState(now: number): ActorState {
  return {
    v: 1,
    seen: [],
    inbox: [],
    labelled: [],
    jobs: [],
    again: [],
    errands: [],
    stories: [],
    failures: [],
    activeAt: now,
    handled: 0,
  };
}

/**
 * What an earlier run, perhaps of an earlier version, has carried over. Throws for a version that is not known yet: the run then
 * waits for a worker that knows it, and nothing is lost.
 */
export function actorStateFrom(carried: unknown, now: number): ActorState {
  if (carried === undefined || carried === null) return newActorState(now);
  const version: unknown = typeof carried === 'object' && 'v' in carried ? carried.v : undefined;
  if (version !== 1) throw new Error(`This version does not know a state of version ${String(version)}.`);
  // Fields that came after the first release are optional, or filled in here.
  return { ...newActorState(now), ...(carried as ActorState) };
}

/** Jobs that have not ended, as plugins are told. One that is being ended for a newer one is as good as gone. */
export function activeJobsOf({ jobs }: Pick<ActorState, 'jobs'>): Pick<ActorJob, 'name' | 'job' | 'type' | 'state'>[] {
  return jobs
    .filter(({ complete, superseded }) => !complete && !superseded)
    .map(({ name, job, type, state }) => ({ name, job, type, state }));
}
