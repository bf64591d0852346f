/**
 * Events that are taken up again: because a plugin wants to see how things have settled (`lookAgain`), or because they could not
 * be handled and a host or worker may be back later. They take their turn in the line, behind the events that wait.
 */
import type { ActorState, AgainEntry } from '../../domain/review/actor-state.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';
import { pauseBeforeTry } from '../../domain/review/second-chance.ts';
import type { Chronicle } from './chronicle.ts';
import type { Turn } from './turn.ts';

export interface AgainList {
  /** The plugin sees the event once more, after so many milliseconds. `before` is the look that asked for this one. */
  lookAgain(
    look: { envelope: ChangeEventEnvelope; story: string; plugin: string; afterMs: number },
    before?: AgainEntry,
  ): void;
  /** The turn failed, and may not the next time. After some tries it is given up. */
  tryLater(turn: Turn): void;
  takeDue(): AgainEntry | undefined;
  /** When the next is due (ms); undefined where there is none. */
  nextAt(): number | undefined;
}

/** A plugin that never has enough must not keep the actor busy for ever. */
const maxLooks = 10;
const maxEntries = 100;
const maxPauseMs = 8 * 24 * 3_600_000;

export function createAgainList(state: Pick<ActorState, 'again'>, chronicle: Chronicle): AgainList {
  const put = (entry: AgainEntry) => {
    state.again.push(entry);
    state.again.sort((a, b) => a.at - b.at);
    const [dropped] = state.again.length > maxEntries ? state.again.splice(0, 1) : [];
    if (dropped) fail(dropped, `more than ${maxEntries} events wait to be taken up again`);
  };
  const fail = ({ story, plugin }: Pick<AgainEntry, 'story' | 'plugin'>, reason: string) =>
    chronicle.failed({ story, what: plugin === undefined ? 'try again' : `look again for ${plugin}`, reason });

  return {
    lookAgain({ envelope, story, plugin, afterMs }, before) {
      const count = before?.plugin === plugin ? (before.count ?? 0) + 1 : 0;
      if (count >= maxLooks) return fail({ story, plugin }, `it has looked ${maxLooks} times already`);
      const pause = afterMs > 0 ? Math.min(afterMs, maxPauseMs) : 0;
      put({ envelope, story, plugin, at: Date.now() + pause, count });
    },

    tryLater({ envelope, story, again }) {
      const count = again?.count ?? 0;
      const pause = pauseBeforeTry(count);
      if (pause === undefined) return fail({ story, ...again }, 'it has failed too often');
      put({ envelope, story, ...again, at: Date.now() + pause, count: count + 1 });
    },

    takeDue() {
      const [first] = state.again;
      return first && first.at <= Date.now() ? state.again.shift() : undefined;
    },

    nextAt: () => state.again[0]?.at,
  };
}
