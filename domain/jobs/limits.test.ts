import { describe, expect, test } from '@jest/globals';
import { array, assert, integer, nat, property, record, uuid } from 'fast-check';

import { ids } from '../wire.ts';
import { admissions, compareRequests, mayStart, type LimitKind, type SlotRequest } from './limits.ts';

function request(workflowId: string, createdAt: number, capacity: number): SlotRequest {
  return { workflowId, createdAt, capacity };
}

function admitted(kind: LimitKind, pending: number, waiting: SlotRequest[]): string[] {
  return admissions(kind, pending, waiting).map(({ workflowId }) => workflowId);
}

describe('admissions', () => {
  test('45: with max_concurrency 1 the older of two starts and the younger waits', () => {
    expect(admitted('job', 0, [request('t1', 1, 1), request('t2', 2, 1)])).toEqual(['t1']);
    expect(admitted('job', 1, [request('t2', 2, 1)])).toEqual([]);
    expect(admitted('job', 0, [request('t2', 2, 1)])).toEqual(['t2']);
  });

  test('46: jobs of one name in two repositories share the limit', () => {
    expect(ids.limitJob('pull-unit')).toBe('limit:job:pull-unit');
    expect(admitted('job', 0, [request('org/a', 1, 1), request('org/b', 2, 1)])).toEqual(['org/a']);
  });

  test.each<[string, number, number, string[]]>([
    ['capacity 0 blocks', 0, 0, []],
    ['capacity -1 lets start', -1, 100, ['a']],
    ['capacity 1 with another of the queue pending waits', 1, 1, []],
    ['capacity 1 with none pending lets start', 1, 0, ['a']],
  ])('47: a queue with %s', (_name, capacity, pending, expected) => {
    expect(admitted('queue', pending, [request('a', 1, capacity)])).toEqual(expected);
  });

  test.each<LimitKind>(['job', 'global'])('a %s limit of 0 is no limit', (kind) => {
    expect(admitted(kind, 100, [request('a', 1, 0)])).toEqual(['a']);
  });

  test('an older job that must wait keeps younger ones of the same limit waiting', () => {
    expect(admitted('job', 2, [request('old', 1, 2), request('young', 2, 2)])).toEqual([]);
  });

  test('each job is judged by the limit frozen in its own spec, and older waiting ones count', () => {
    const waiting = [request('old', 1, 1), request('young', 2, 3), request('youngest', 3, 3)];

    expect(admitted('job', 1, waiting)).toEqual(['young']);
  });

  test('jobs of the same creation time do not block one another', () => {
    expect(admitted('job', 1, [request('a', 1, 1), request('b', 1, 2)])).toEqual(['b']);
    expect(mayStart('job', 2, { pending: 1, earlier: 0 })).toBe(true);
  });

  test('never exceeds one common limit and always fills it, oldest first', () => {
    const line = array(record({ workflowId: uuid(), createdAt: integer({ min: 0, max: 5 }) }));
    assert(
      property(line, nat(10), integer({ min: 1, max: 8 }), (jobs, pending, capacity) => {
        const waiting = jobs.map((job) => ({ ...job, capacity })).sort(compareRequests);
        const free = Math.max(0, capacity - pending);

        expect(admissions('job', pending, waiting)).toEqual(waiting.slice(0, free));
      }),
    );
  });
});
