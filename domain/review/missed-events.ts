/**
 * What of a change no event has told its actor, by three views of it: how the host lists it now, how it listed it when it was last
 * compared, and what the actor has been told since (integrations.md 6.5). Pure.
 *
 * A change that looks as it did is left alone without a question to anybody: that is nearly all of them.
 */
import type { OpenChange } from './host.ts';
import type { MissedEvent } from './missed-event.ts';
import type { Announced } from './resolved-event.ts';

/** How an open change was when it was compared last. */
export interface ChangeMark {
  headSha: string;
  baseRef: string;
  draft: boolean;
}

/** The open changes of a repository as they were compared last; kept in storage. */
export interface RepoMarks {
  v: 1;
  /** When the list was read first in this form (RFC 3339): changes that were made later are new. */
  at: string;
  /** By number. */
  changes: Readonly<Record<string, ChangeMark>>;
  /** Since when those are open questions that were found then and have not been settled (RFC 3339). */
  unsettled?: Readonly<Record<string, string>>;
}

/** A change that does not look as it did. */
export type Difference =
  /** It was not among the open ones, or has moved. */
  | { number: number; now: OpenChange; mark?: ChangeMark }
  /** It is not among the open ones any more. */
  | { number: number; now?: undefined; mark: ChangeMark };

/** Clocks differ, and lists lag. */
const marginMs = 10 * 60_000;

export function markOf({ headSha, baseRef, draft }: OpenChange): ChangeMark {
  return { headSha, baseRef, draft };
}

export function differencesSince({ changes }: RepoMarks, open: readonly OpenChange[]): Difference[] {
  const numbers = new Set(open.map(({ number }) => number));
  const gone = Object.entries(changes)
    .map(([number, mark]) => ({ number: Number(number), mark }))
    .filter(({ number }) => !numbers.has(number));
  const moved = open.flatMap((now): Difference[] => {
    const mark = changes[now.number];
    if (mark && sameMark(mark, markOf(now))) return [];
    return [{ number: now.number, now, ...(mark && { mark }) }];
  });
  return [...gone, ...moved].toSorted((a, b) => a.number - b.number);
}

/**
 * Events to make up for, in the order in which they may have happened. `told` is what the actor was told of the change, where it
 * is remembered; `since` is when the change was not
 * seen yet.
 */
export function missedEvents(
  { now, mark }: Difference,
  { told = {}, since }: { told?: Announced | undefined; since: string },
): MissedEvent[] {
  if (!now) return told.state === 'closed' ? [] : [{ action: 'closed' }];
  if (told.state === 'closed') return [{ action: 'reopened' }];
  if (!mark && told.state === undefined) {
    const isNew = Date.parse(now.createdAt) >= Date.parse(since) - marginMs;
    return [{ action: isNew ? 'opened' : 'reopened' }];
  }
  const before = { ...mark, ...told };
  const events: MissedEvent[] = [];
  if (before.baseRef !== undefined && before.baseRef !== now.baseRef) {
    events.push({ action: 'edited', baseBefore: before.baseRef });
  }
  const becameDraft = before.draft === false && now.draft;
  const becameReady = before.draft === true && !now.draft;
  const moved = before.headSha !== undefined && before.headSha !== now.headSha;
  if (becameDraft) events.push({ action: 'converted_to_draft' });
  if (moved) events.push({ action: 'synchronize', before: before.headSha ?? '' });
  // New commits have the tests started by themselves: twice is once too often.
  else if (becameReady) events.push({ action: 'ready_for_review' });
  return events;
}

function sameMark(one: ChangeMark, other: ChangeMark): boolean {
  return one.headSha === other.headSha && one.baseRef === other.baseRef && one.draft === other.draft;
}
