/**
 * The answer to the query `explain`: what an actor knows, what it has done and what it waits for, as data from which a command
 * or a page makes text. Texts of people in it are on one line each, and short.
 */
import { endsAt, isQuiet } from './actor-life.ts';
import type { ActorFailure, ActorJob, ActorState, AgainEntry, Errand, Story } from './actor-state.ts';
import type { ActorTarget } from './actor-target.ts';
import { effectWords } from './effect-words.ts';
import { printableLine } from './printable-line.ts';
import type { ItemBrief } from './resolved-event.ts';

export interface Explanation {
  target: ActorTarget;
  /** With the labels and the head. Absent for repositories, and before the first event that says it. */
  item?: ItemBrief;
  /** Oldest start first. */
  jobs: ExplainedJob[];
  /** The latest events that people may want to know of, and what was done about them; oldest first. */
  stories: Story[];
  /** The latest, oldest first. */
  failures: ActorFailure[];
  /** What it is doing at this moment: `evaluate: /lgtm by alice`. Absent while it waits. */
  doing?: string;
  waiting: {
    /** Events in line. */
    events: number;
    /** Statuses that the host does not know yet. */
    reports: number;
    again: { what: string; at: string }[];
    /** What is under way beside the events, in words. */
    errands: string[];
  };
  /** Events since the actor began. */
  handled: number;
  /** When it ends if nothing happens (RFC 3339); absent while it has something to do. The next event begins another. */
  endsAt?: string;
}

export interface ExplainedJob extends Pick<
  ActorJob,
  'name' | 'workflowId' | 'job' | 'type' | 'state' | 'complete' | 'startedAt' | 'url' | 'description' | 'superseded'
> {
  /** Of its status; absent for jobs that are not reported. */
  context?: string;
  sha?: string;
  optional?: boolean;
}

export interface Moment {
  target: ActorTarget;
  doing?: string;
  /** Statuses that are to be written. */
  reports: number;
  /** The first event in line is being handled, and no longer waits. Default false. */
  isFirstUnderWay?: boolean;
}

export function explain(state: ActorState, { target, doing, reports, isFirstUnderWay = false }: Moment): Explanation {
  const { item, jobs, stories, failures, inbox, again, errands, handled } = state;
  const isIdle = doing === undefined && reports === 0 && isQuiet(state);
  return {
    target,
    ...(item && { item }),
    jobs: jobs.map(explainedJob),
    stories,
    failures,
    ...(doing !== undefined && { doing }),
    waiting: {
      events: inbox.length - (isFirstUnderWay ? 1 : 0),
      reports,
      again: again.map((entry) => ({ what: againWords(entry), at: time(entry.at) })),
      errands: errands.map(errandWords),
    },
    handled,
    ...(isIdle && { endsAt: time(endsAt(state)) }),
  };
}

export function againWords({ plugin, story }: Pick<AgainEntry, 'plugin' | 'story'>): string {
  return plugin === undefined ? `${story}, which failed` : `${story}, for ${printableLine(plugin, 60)}`;
}

export function errandWords(errand: Errand): string {
  switch (errand.kind) {
    case 'forward':
      return `forward ${errand.story} to ${printableLine(errand.plugin, 60)}`;
    case 'cherryPick':
      return effectWords(errand.effect);
    default:
      return `abort older runs of ${printableLine(errand.jobs.map(({ job }) => job).join(', '), 120)}`;
  }
}

function explainedJob({ report, key: _key, told: _told, heardAt: _heardAt, ...job }: ActorJob): ExplainedJob {
  const { context, sha, optional } = report ?? {};
  return {
    ...job,
    ...(context !== undefined && { context }),
    ...(sha !== undefined && { sha }),
    ...(optional !== undefined && { optional }),
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
