/**
 * What the actors of changes and of repositories have in common (architecture.md 3.8): messages, a line of events, job reports and
 * errands beside it, and how long they live.
 *
 * Handlers of signals only write down what they hear. The workflow asks for its next turn, handles it, and asks again; reports and
 * errands go on meanwhile.
 */
import {
  condition,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { SearchAttributePair } from '@temporalio/common';
import { endsAt, isQuiet } from '../../domain/review/actor-life.ts';
import { actorStateFrom, type ActorState } from '../../domain/review/actor-state.ts';
import type { ActorTarget } from '../../domain/review/actor-target.ts';
import { briefOf, storyOfSource } from '../../domain/review/event-brief.ts';
import { fullName } from '../../domain/review/item.ts';
import { explain as explainState, type Explanation } from '../../domain/review/explanation.ts';
import { envelopesIn, jobChangeIn } from '../../domain/review/signal-arguments.ts';
import { changeEventReceived, explain, jobChanged, state as stateQuery } from '../change-actor.messages.ts';
import { pullsKey, repoKey } from '../search-attributes.ts';
import { activityProblem } from './activity-problem.ts';
import { actorActivities, type ActorActivities } from './actor-activities.ts';
import { createAgainList } from './again.ts';
import { createAlarm } from './alarm.ts';
import { createChronicle, type Chronicle } from './chronicle.ts';
import { createErrands } from './errands.ts';
import { createEventLine } from './event-line.ts';
import { createInbox } from './inbox.ts';
import { createJobBook } from './job-book.ts';
import { createLane } from './lane.ts';
import { createReportLane } from './report-lane.ts';
import { describeActor } from './story.ts';
import type { Turn } from './turn.ts';

export interface Actor {
  readonly acts: ActorActivities;
  readonly chronicle: Chronicle;
  /** What it knows, for its next run. */
  readonly state: ActorState;
  /**
   * Waits for something to do. `continue`: the next run takes over, with the state. `end`: nothing is left, and nothing has
   * happened for long; the workflow returns without another await, so that no signal comes in between.
   */
  next(): Promise<Turn | 'continue' | 'end'>;
  /** Resolves, evaluates and applies. */
  handle(turn: Turn): Promise<void>;
}

const hourMs = 3_600_000;
/** A job that has been silent for so long is asked after. */
const silenceMs = hourMs;
const defaultMaxEvents = 2_000;
/**
 * Milliseconds without news after which the next run takes over. The server refuses that while a signal is on its way, and the whole
 * history is told once more; and what an actor does comes back to it as a signal a moment later.
 */
const calmMs = 2_000;
/** Beyond that nothing is waited for: events in line are carried over, and what is under way begins again. */
const maxBytes = 20 * 1024 * 1024;
/** Of the state that is carried over; the server takes 2 MiB. */
const maxStateLength = 1024 * 1024;

export function createActor(target: ActorTarget, carried: unknown): Actor {
  const state = actorStateFrom(carried, Date.now());
  let changed = true;
  /** The turn under way, and what is being done about it. */
  let current: Turn | undefined;
  let doing: string | undefined;
  const wake = () => void (changed = true);

  const acts = actorActivities(target.host);
  const chronicle = createChronicle(state);
  const inbox = createInbox(state);
  const again = createAgainList(state, chronicle);
  const book = createJobBook(state);
  const errands = createErrands({ state, acts, chronicle, idle: wake });
  const reports = createReportLane({ target, state, acts, book, chronicle, idle: wake });
  const alarm = createAlarm(wake);

  /** Jobs whose workflows were terminated tell nobody. */
  const watch = createLane(() => {
    const silent = book.askAfter(Date.now() - silenceMs, Date.now());
    return silent.length === 0 ? undefined : () => lookAfter(silent.map(({ workflowId }) => workflowId));
  }, wake);
  const lookAfter = async (workflowIds: string[]) => {
    const summary = `ask after ${workflowIds.length} silent jobs`;
    try {
      const closed = await acts.findClosed.executeWithOptions({ summary }, [workflowIds]);
      book.lost(
        closed.map(({ workflowId }) => workflowId),
        Date.now(),
      );
    } catch (error) {
      chronicle.failed({ story: summary, what: 'ask after jobs', reason: activityProblem(error).message });
    }
  };

  const kick = () => {
    for (const { name, workflowId, job } of book.supersede()) {
      errands.add({ kind: 'abort', jobs: [{ name, workflowId, job }], description: supersededDescription });
    }
    for (const lane of [errands, reports, watch]) lane.kick();
  };
  const isBusy = () => errands.isBusy() || reports.isBusy() || watch.isBusy();

  const line = createEventLine({
    target,
    state,
    acts,
    book,
    chronicle,
    errands,
    again,
    doing: (what) => void (doing = what),
    jobsChanged: kick,
  });

  const happened = () => {
    state.activeAt = Date.now();
    wake();
  };
  const explained = (): Explanation =>
    explainState(state, {
      target,
      reports: book.untold().length,
      isFirstUnderWay: current !== undefined && !current.again,
      ...(doing !== undefined && { doing }),
    });

  setHandler(stateQuery, () => state);
  setHandler(explain, explained);
  setHandler(changeEventReceived, (argument) => {
    const { envelopes, problems } = envelopesIn(argument);
    for (const reason of problems) chronicle.failed({ story: 'a signal came', what: 'read it', reason });
    if (inbox.put(envelopes) > 0) happened();
  });
  setHandler(jobChanged, (argument) => {
    const change = jobChangeIn(argument);
    if (!change)
      return chronicle.failed({ story: 'a signal came', what: 'read it', reason: 'it is no change of a job' });
    if (!book.change(change, Date.now())) log.debug('A job that is not known has changed', { prowjob: change.name });
    happened();
    kick();
  });
  if (carried === undefined) upsertSearchAttributes(attributesOf(target));

  const takeTurn = (): Turn | undefined => {
    const envelope = inbox.first();
    if (envelope) return { envelope, story: envelope.stored ? storyOfSource(envelope) : briefOf(envelope).story };
    const entry = again.takeDue();
    return entry && { envelope: entry.envelope, story: entry.story, again: entry };
  };

  /** When there is something to do without a message (ms). A lane that is busy looks at the clock by itself when it is done. */
  const nextDue = (): { at: number; what: string } => {
    const dues = [
      { at: again.nextAt(), what: 'look again' },
      { at: reports.isBusy() ? undefined : state.reportsHeld?.at, what: 'report again' },
      { at: watch.isBusy() ? undefined : plus(book.longestSilent(), silenceMs), what: 'ask after silent jobs' },
      { at: isQuiet(state) && !isBusy() ? endsAt(state) : undefined, what: 'end when idle' },
      { at: isLong() && !isBusy() ? state.activeAt + calmMs : undefined, what: 'go on in a new run' },
    ];
    let [next] = [{ at: Infinity, what: '' }];
    for (const { at, what } of dues) if (at !== undefined && at < next.at) next = { at, what };
    return next;
  };

  const maxEvents = state.maxEvents ?? defaultMaxEvents;
  const isLong = (): boolean => {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    return continueAsNewSuggested || historyLength >= maxEvents;
  };

  const mustContinue = (): boolean => {
    if (!isLong()) return false;
    if (state.inbox.length === 0 && !isBusy() && Date.now() >= state.activeAt + calmMs) return true;
    const { historyLength, historySize } = workflowInfo();
    const isUrgent = historyLength >= 2 * maxEvents || historySize >= maxBytes;
    return isUrgent && JSON.stringify(state).length <= maxStateLength;
  };

  return {
    acts,
    chronicle,
    state,

    async next() {
      if (current && !current.again) {
        inbox.drop();
        state.handled += 1;
      }
      current = undefined;
      doing = undefined;
      state.activeAt = Date.now();
      for (;;) {
        changed = false;
        kick();
        setCurrentDetails(describeActor(explained()));
        if (mustContinue()) return 'continue';
        current = takeTurn();
        if (current) return current;
        if (isQuiet(state) && !isBusy() && Date.now() >= endsAt(state)) return 'end';
        const { at, what } = nextDue();
        if (at < Infinity) alarm.setFor(at, what);
        await condition(() => changed);
      }
    },

    handle: (turn) => line.handle(turn),
  };
}

const supersededDescription = 'Aborted: a newer run of this job has begun.';

function plus(time: number | undefined, ms: number): number | undefined {
  return time === undefined ? undefined : time + ms;
}

function attributesOf(target: ActorTarget): SearchAttributePair[] {
  const repo = { key: repoKey, value: fullName(target) };
  return target.kind === 'repo' ? [repo] : [repo, { key: pullsKey, value: [String(target.number)] }];
}
