/**
 * The way of one event through its actor: resolve → evaluate → apply (architecture.md 2.2). Plugins that ask for more files are
 * asked again once these are read. Whatever fails is remembered and does not hold up the next event; what may succeed later is
 * tried again then.
 */
import { workflowInfo } from '@temporalio/workflow';
import type { AppliedEffect } from '../../activities/apply-effects.ts';
import { activeJobsOf, type ActorState, type AgainEntry } from '../../domain/review/actor-state.ts';
import type { ActorTarget } from '../../domain/review/actor-target.ts';
import { needsResolving } from '../../domain/review/default-wants.ts';
import { stepsOf, type EffectSteps } from '../../domain/review/effect-steps.ts';
import { effectsInWords } from '../../domain/review/effect-words.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';
import type { EventEvaluation } from '../../domain/review/evaluation.ts';
import { briefOf } from '../../domain/review/event-brief.ts';
import { isFirstTime } from '../../domain/review/first-time.ts';
import { foldedLabels, stillRecent, withLabel } from '../../domain/review/folded-labels.ts';
import type { GitFacts } from '../../domain/review/git-facts.ts';
import type { ItemName } from '../../domain/review/host.ts';
import type { EventBrief } from '../../domain/review/resolved-event.ts';
import { statusOf } from '../../domain/review/status-of.ts';
import { activityProblem } from './activity-problem.ts';
import type { ActorActivities } from './actor-activities.ts';
import type { AgainList } from './again.ts';
import type { Chronicle } from './chronicle.ts';
import type { Errands } from './errands.ts';
import type { JobBook } from './job-book.ts';
import { summaryLine } from './summary.ts';
import type { Turn } from './turn.ts';

export interface EventLine {
  /** Rejects only for a cancelled workflow. */
  handle(turn: Turn): Promise<void>;
}

export interface EventLineOptions {
  target: ActorTarget;
  state: ActorState;
  acts: ActorActivities;
  book: JobBook;
  chronicle: Chronicle;
  errands: Errands;
  again: AgainList;
  /** Told what is being done, for `explain`. */
  doing: (what: string) => void;
  /** The book has new jobs. */
  jobsChanged: () => void;
}

/** What is known of an event once it is resolved, or needs not be. */
interface KnownEvent {
  envelope: ChangeEventEnvelope;
  story: string;
  facts?: GitFacts;
  /** Of its events; an envelope that lies in storage does not show them. */
  kinds?: EventBrief['kinds'];
}

/** Evaluations of one event; each but the first because plugins asked for more files. */
const maxRounds = 5;

export function createEventLine(options: EventLineOptions): EventLine {
  const { target, state, acts, book, chronicle, errands, again } = options;
  const item: ItemName = { org: target.org, repo: target.repo, number: target.kind === 'change' ? target.number : 0 };
  /** What is being done, in the words in which its failure would be remembered. */
  let what = '';

  /** Options of an activity; its summary tells the story in the Temporal UI. */
  const begin = (words: string, told: string) => {
    what = words;
    const summary = summaryLine(told);
    options.doing(summary);
    return { summary };
  };

  /** A plugin's second look is at the event as it was. What the event tells is known even where it cannot be resolved. */
  const resolve = async ({ envelope, story, again: before }: Turn): Promise<KnownEvent> => {
    if (before?.plugin !== undefined) return { envelope, story };
    if (!before && !envelope.stored) remember(briefOf(envelope));
    return needsResolving(envelope) ? await resolveWith({ envelope, story }) : { envelope, story };
  };

  const resolveWith = async ({ envelope, story, facts: known }: KnownEvent, wants?: EventEvaluation['missing']) => {
    const request = { envelope, ...(wants && { wants }), ...(known && { known }) };
    const resolved = await acts.resolveEvent.executeWithOptions(begin('resolve', `resolve: ${story}`), [request]);
    remember(resolved.brief);
    const facts = resolved.facts ?? known;
    const { story: told, kinds } = resolved.brief;
    return { envelope: resolved.envelope, story: told, kinds, ...(facts && { facts }) };
  };

  const remember = ({ item: brief, brings }: EventBrief) => {
    if (!brief || target.kind === 'repo') return;
    const folded = brief.labels && foldedLabels(brief.labels, stillRecent(state.labelled, Date.now()));
    state.item = { ...state.item, ...brief, ...(folded && { labels: folded }) };
    if (brings) state.announced = { ...state.announced, ...brings };
  };

  /** Answers with nothing where plugins never have enough. */
  const evaluate = async (first: KnownEvent, plugin: string | undefined) => {
    let event = first;
    for (let round = 1; round <= maxRounds; round += 1) {
      state.labelled = stillRecent(state.labelled, Date.now());
      const { envelope, facts, story } = event;
      const evaluation = await acts.evaluateEvent.executeWithOptions(begin('evaluate', `evaluate: ${story}`), [
        {
          envelope,
          ...(facts && { facts }),
          activeJobs: activeJobsOf(state),
          ...(state.labelled.length > 0 && { recentLabels: state.labelled.map(({ label, on }) => ({ label, on })) }),
          ...(plugin !== undefined && { again: plugin }),
        },
      ]);
      if (!evaluation.missing || evaluation.missing.length === 0) return { event, evaluation };
      if (round < maxRounds) event = await resolveWith(event, evaluation.missing);
    }
    return { event };
  };

  /** The words of what was done are added to `did` one by one, so that they are told even where the next step fails. */
  const carryOut = async (event: KnownEvent, steps: EffectSteps, did: string[], before: AgainEntry | undefined) => {
    const { envelope, facts, story } = event;
    const known = { envelope, ...(facts && { facts }) };
    const doing = (words: string) => begin(words, `${story} → ${words}`);

    const [abort] = steps.abort;
    const running = abort ? book.runningPresubmits() : [];
    if (abort && running.length > 0) {
      const words = `abort ${running.map(({ job }) => job).join(', ')}`;
      const jobs = running.map(({ workflowId, name }) => ({ workflowId, name }));
      await acts.abortChangeJobs.executeWithOptions(doing(words), [{ jobs, description: abort.effect.description }]);
      did.push(words);
    }

    if (steps.host.length > 0) {
      const words = effectsInWords(steps.host.map(({ effect }) => effect)).join(', ');
      const firstTry = before === undefined && isFirstTime(envelope, Date.now());
      const request = { host: target.host, item, effects: steps.host, firstTry };
      const applied = await acts.applyEffects.executeWithOptions(doing(words), [request]);
      did.push(...appliedInWords(event, steps.host, applied));
    }

    for (const { key, effect } of steps.record) {
      const { kind: _kind, ...job } = effect;
      const [words = ''] = effectsInWords([effect]);
      await acts.recordChangeJob.executeWithOptions(doing(words), [{ ...known, key, ...job }]);
      did.push(words);
    }

    for (const { key, effect } of steps.cherryPick) {
      errands.add({ kind: 'cherryPick', envelope, effect, key, story });
      did.push(...effectsInWords([effect]));
    }

    if (steps.start.length > 0) {
      const words = `start ${steps.start.map(({ job }) => job).join(', ')}`;
      const request = { ...known, jobs: steps.start, listener: workflowInfo().workflowId };
      const { started, refused } = await acts.startChangeJobs.executeWithOptions(doing(words), [request]);
      if (started.length > 0) did.push(`start ${started.map(({ job }) => job).join(', ')}`);
      for (const { job, reason } of refused) chronicle.failed({ story, what: `start ${job}`, reason });
      book.add(started, Date.now());
      options.jobsChanged();
    }

    for (const { plugin, effect } of steps.again) {
      again.lookAgain({ envelope, story, plugin, afterMs: effect.afterMs }, before);
    }
  };

  /** What the host has taken; what it refused is remembered as a failure. */
  const appliedInWords = ({ story }: KnownEvent, effects: EffectSteps['host'], applied: readonly AppliedEffect[]) => {
    const done: EffectSteps['host'][number]['effect'][] = [];
    for (const { key, outcome, reason = '' } of applied) {
      const effect = effects.find((each) => each.key === key)?.effect;
      if (!effect) continue;
      if (outcome === 'done') {
        done.push(effect);
        foldLabel(effect);
      } else chronicle.failed({ story, what: effectsInWords([effect]).join(), reason });
    }
    return effectsInWords(done);
  };

  const foldLabel = (effect: EffectSteps['host'][number]['effect']) => {
    if (effect.kind !== 'addLabel' && effect.kind !== 'removeLabel') return;
    if (effect.number !== undefined && effect.number !== item.number) return;
    const change = { label: effect.label, on: effect.kind === 'addLabel', at: Date.now() };
    state.labelled = withLabel(state.labelled, change);
    if (state.item?.labels) state.item = { ...state.item, labels: foldedLabels(state.item.labels, [change]) };
  };

  return {
    async handle(turn) {
      const { again: before } = turn;
      const did: string[] = [];
      let event: KnownEvent = turn;
      try {
        event = await resolve(turn);
        const evaluated = await evaluate(event, before?.plugin);
        event = evaluated.event;
        const { story, envelope } = event;
        const { effects, failures, forwards } = evaluated.evaluation ?? tooMany;
        for (const { plugin, reason } of failures) chronicle.failed({ story, what: `plugin ${plugin}`, reason });
        // Of a status that concerns several changes, external plugins hear once, from the actor of the repository.
        const isElsewhere = target.kind === 'change' && statusOf(envelope) !== undefined;
        for (const plugin of isElsewhere ? [] : forwards) errands.add({ kind: 'forward', envelope, plugin, story });
        await carryOut(event, stepsOf(effects), did, before);
      } catch (error) {
        const { message, isFinal } = activityProblem(error);
        chronicle.failed({ story: event.story, what, reason: message });
        if (!isFinal) again.tryLater({ ...turn, story: event.story });
      }
      // Most statuses and second looks lead to nothing, and would push out what people look for.
      const kinds = event.kinds ?? event.envelope.events.map(({ kind }) => kind);
      const isMinor = before !== undefined || (kinds.length > 0 && kinds.every((kind) => kind === 'status'));
      if (did.length > 0 || !isMinor) chronicle.tell(event.story, did);
    },
  };
}

/** In place of an evaluation that came to no end. */
const tooMany: Pick<EventEvaluation, 'effects' | 'failures' | 'forwards'> = {
  effects: [],
  failures: [{ plugin: 'all', reason: `they asked for more files ${maxRounds} times, and were not asked again` }],
  forwards: [],
};
