import { describe, expect, test } from '@jest/globals';
import { planSchedules } from './schedule-plan.ts';

const periodic = (job: string, hash = 'h1') => ({ job, hash });
const server = (...jobs: [string, string | undefined][]) => new Map(jobs);
const many = (count: number) => Array.from({ length: count }, (_, index) => periodic(`job-${index}`));

describe('planSchedules', () => {
  test('creates what is new, updates what changed, deletes what is gone, leaves the rest', () => {
    const plan = planSchedules(
      [periodic('new'), periodic('changed', 'h2'), periodic('same')],
      server(['changed', 'h1'], ['same', 'h1'], ['gone', 'h1']),
    );

    expect(plan.create.map(({ job }) => job)).toEqual(['new']);
    expect(plan.update.map(({ job }) => job)).toEqual(['changed']);
    expect(plan.delete).toEqual(['gone']);
    expect(plan.unchanged).toBe(1);
    expect(plan.heldBack).toBeUndefined();
  });

  test('updates what it does not know the making of', () => {
    expect(planSchedules([periodic('a')], server(['a', undefined])).update).toHaveLength(1);
  });

  test('an empty configuration deletes nothing', () => {
    const plan = planSchedules([], server(['a', 'h'], ['b', 'h']));

    expect(plan.delete).toEqual([]);
    expect(plan.heldBack).toEqual({ jobs: ['a', 'b'], reason: 'the configuration has no periodics at all' });
  });

  test.each([
    { existing: 100, kept: 74, deletes: 0 },
    { existing: 100, kept: 75, deletes: 25 },
    { existing: 6, kept: 1, deletes: 5 },
  ])('of $existing with $kept left in the configuration it deletes $deletes', ({ existing, kept, deletes }) => {
    const onServer = new Map(many(existing).map(({ job, hash }) => [job, hash]));

    expect(planSchedules(many(kept), onServer).delete).toHaveLength(deletes);
  });

  test('deletes all the same when told to', () => {
    const plan = planSchedules([], server(['a', 'h']), { allowDeletes: true });

    expect(plan.delete).toEqual(['a']);
    expect(plan.heldBack).toBeUndefined();
  });
});
