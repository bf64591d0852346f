import { expect, test } from '@jest/globals';
import type { PodFacts } from '../plank/pod-facts.ts';
import { judgePod, ownerName, type PodOwner } from './judge-pod.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const ago = (ms: number) => new Date(now - ms).toISOString();
const ages = { maxPodAgeMs: day, terminatedPodTtlMs: 30 * minute };
const finalizer = 'prow.x-k8s.io/gcsk8sreporter';

function pod(age: { created?: number; started?: number }, finalizers: string[] = []): PodFacts {
  const { created = 31_000, started } = age;
  return {
    metadata: { name: 'p', creationTimestamp: ago(created), finalizers },
    status: { ...(started !== undefined && { startTime: ago(started) }) },
  };
}

const done = (ms: number): PodOwner => ({ completedMs: now - ms });
const running: PodOwner = {};

/** Spec jobs.md 7 step 4, and lines 66 and 67. */
const rows: [string, PodFacts, PodOwner | undefined, string | undefined][] = [
  ['66: the pod of an incomplete ProwJob, 30 days old', pod({ started: 30 * day }), running, undefined],
  ['67: completed 31 minutes ago', pod({ started: hour }), done(31 * minute), 'ttled'],
  ['completed 29 minutes ago', pod({ started: hour }), done(29 * minute), undefined],
  ['old and complete', pod({ started: 25 * hour }), done(minute), 'aged'],
  ['old and complete for long: age is named first', pod({ started: 25 * hour }), done(2 * hour), 'aged'],
  ['a day old to the second', pod({ started: day }), done(minute), undefined],
  ['complete, and never started', pod({ created: 2 * day }), done(minute), undefined],
  ['67: 20 s old without ProwJob', pod({ created: 20_000 }), undefined, undefined],
  ['67: 31 s old without ProwJob', pod({ created: 31_000 }), undefined, 'orphaned'],
  ['without ProwJob whatever its phase', pod({ created: hour, started: hour }), undefined, 'orphaned'],
];

test.each(rows)('%s', (_name, given, owner, reason) => {
  expect(judgePod(given, owner, now, ages).remove).toBe(reason);
});

test.each<[string, PodFacts, PodOwner | undefined, boolean]>([
  ['an orphan', pod({}, [finalizer]), undefined, true],
  ['a pod whose ProwJob may only not be visible yet', pod({ created: 1_000 }, [finalizer]), undefined, false],
  ['a complete ProwJob', pod({}, ['x', finalizer]), done(minute), true],
  ['a running one', pod({}, [finalizer]), running, false],
  ['other finalizers', pod({}, ['x']), undefined, false],
])('the finalizer of %s', (_name, given, owner, strip) => {
  expect(judgePod(given, owner, now, ages).stripFinalizer).toBe(strip);
});

test('the owner is named by the label, else by the name', () => {
  const labels = { 'prow.k8s.io/id': 'job' };

  expect(ownerName({ metadata: { name: 'p', labels } })).toBe('job');
  expect(ownerName({ metadata: { name: 'p' } })).toBe('p');
});
