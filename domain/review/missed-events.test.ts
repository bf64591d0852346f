import { describe, expect, test } from '@jest/globals';
import type { OpenChange } from './host.ts';
import type { MissedEvent } from './missed-event.ts';
import { differencesSince, markOf, missedEvents, type ChangeMark, type RepoMarks } from './missed-events.ts';
import type { Announced } from './resolved-event.ts';

const since = '2026-11-25T12:00:00Z';

function open(part: Partial<OpenChange> = {}): OpenChange {
  return {
    number: 7,
    headSha: 'a',
    baseRef: 'main',
    draft: false,
    createdAt: '2026-11-01T00:00:00Z',
    updatedAt: '2026-11-25T12:30:00Z',
    ...part,
  };
}

const marksOf = (...changes: OpenChange[]): RepoMarks => ({
  v: 1,
  at: since,
  changes: Object.fromEntries(changes.map((change) => [change.number, markOf(change)])),
});

describe('what does not look as it did', () => {
  test('is nothing where all is as it was, whatever people have said', () => {
    const before = marksOf(open(), open({ number: 8 }));

    expect(differencesSince(before, [open({ updatedAt: '2026-11-25T12:59:00Z' }), open({ number: 8 })])).toEqual([]);
  });

  test('is what came, went and moved, by number', () => {
    const came = open({ number: 9 });
    const moved = open({ number: 7, headSha: 'b' });
    const before = marksOf(open({ number: 7 }), open({ number: 8 }), open({ number: 10 }));

    expect(differencesSince(before, [open({ number: 10 }), came, moved])).toEqual([
      { number: 7, now: moved, mark: markOf(open()) },
      { number: 8, mark: markOf(open()) },
      { number: 9, now: came },
    ]);
  });
});

const mark: ChangeMark = { headSha: 'a', baseRef: 'main', draft: false };
const told: Announced = { state: 'open', ...mark };
const fresh = { createdAt: '2026-11-25T12:10:00Z' };

describe('events to make up for', () => {
  test.each<[string, OpenChange | undefined, ChangeMark | undefined, Announced | undefined, MissedEvent[]]>([
    // A change that appeared.
    ['opened, and nobody knows of it', open(fresh), undefined, undefined, [{ action: 'opened' }]],
    [
      'opened just before the last look, which did not see it',
      open({ createdAt: '2026-11-25T11:55:00Z' }),
      undefined,
      undefined,
      [{ action: 'opened' }],
    ],
    ['opened, of which only a comment told', open(fresh), undefined, {}, [{ action: 'opened' }]],
    ['opened, and told', open(fresh), undefined, told, []],
    [
      'opened, told, and pushed to since',
      open({ ...fresh, headSha: 'b' }),
      undefined,
      told,
      [{ action: 'synchronize', before: 'a' }],
    ],
    ['an old one that is open again, and nobody knows of it', open(), undefined, undefined, [{ action: 'reopened' }]],
    ['one that was told closed is open', open(), undefined, { ...told, state: 'closed' }, [{ action: 'reopened' }]],
    [
      'closed and open again between two looks, told closed alone',
      open({ headSha: 'b' }),
      mark,
      { ...told, state: 'closed' },
      [{ action: 'reopened' }],
    ],
    // A push.
    ['pushed to', open({ headSha: 'b' }), mark, told, [{ action: 'synchronize', before: 'a' }]],
    ['pushed to, and told', open({ headSha: 'b' }), mark, { ...told, headSha: 'b' }, []],
    [
      'pushed to twice, told once',
      open({ headSha: 'c' }),
      mark,
      { ...told, headSha: 'b' },
      [{ action: 'synchronize', before: 'b' }],
    ],
    [
      'pushed to long after its actor ended',
      open({ headSha: 'b' }),
      mark,
      undefined,
      [{ action: 'synchronize', before: 'a' }],
    ],
    ['pushed to, told by an actor that knows of nothing else', open({ headSha: 'b' }), mark, { headSha: 'b' }, []],
    // Base and draft.
    ['another base', open({ baseRef: 'next' }), mark, told, [{ action: 'edited', baseBefore: 'main' }]],
    ['another base, and told', open({ baseRef: 'next' }), mark, { ...told, baseRef: 'next' }, []],
    ['ready for review', open(), { ...mark, draft: true }, { ...told, draft: true }, [{ action: 'ready_for_review' }]],
    ['a draft again', open({ draft: true }), mark, told, [{ action: 'converted_to_draft' }]],
    [
      'ready, and pushed to: the push starts the tests',
      open({ headSha: 'b' }),
      { ...mark, draft: true },
      undefined,
      [{ action: 'synchronize', before: 'a' }],
    ],
    [
      'a draft, and pushed to',
      open({ headSha: 'b', draft: true }),
      mark,
      undefined,
      [{ action: 'converted_to_draft' }, { action: 'synchronize', before: 'a' }],
    ],
    // Gone.
    ['closed', undefined, mark, told, [{ action: 'closed' }]],
    ['closed, and nobody knows of it', undefined, mark, undefined, [{ action: 'closed' }]],
    ['closed, and told', undefined, mark, { ...told, state: 'closed' }, []],
  ])('%s', (_name, now, before, known, events) => {
    const difference = now ? { number: 7, now, ...(before && { mark: before }) } : { number: 7, mark };

    expect(missedEvents(difference, { told: known, since })).toEqual(events);
  });
});
