/** What an actor remembers to tell people: what came of its events, and what went wrong. The latest of each. */
import { log } from '@temporalio/workflow';
import type { ActorState } from '../../domain/review/actor-state.ts';
import { printableLine } from '../../domain/review/printable-line.ts';

export interface Chronicle {
  /** Nothing in `did`: nothing was to be done. */
  tell(story: string, did: readonly string[]): void;
  failed(failure: { story: string; what: string; reason: string }): void;
}

const kept = 20;
const maxReasonLength = 300;
/** Of one event; hundreds of labels, say, are not what people look for here. */
const maxDone = 12;
const maxWords = 200;

export function createChronicle(state: Pick<ActorState, 'stories' | 'failures'>): Chronicle {
  const now = () => new Date().toISOString();
  return {
    tell(story, did) {
      const more = did.length > maxDone ? [`and ${did.length - maxDone} more`] : [];
      const words = did.slice(0, maxDone).map((each) => printableLine(each, maxWords));
      state.stories.push({ at: now(), story, did: [...words, ...more] });
      state.stories.splice(0, state.stories.length - kept);
    },
    failed({ story, what, reason }) {
      const failure = {
        at: now(),
        story,
        what: printableLine(what, 120),
        reason: printableLine(reason, maxReasonLength),
      };
      state.failures.push(failure);
      state.failures.splice(0, state.failures.length - kept);
      log.warn('Part of an event could not be done', { ...failure });
    },
  };
}
