import { describe, expect, test } from '@jest/globals';
import { observePod, type PodContext, type PodVerdict } from './observe-pod.ts';
import type { ContainerStatusFacts, PodFacts } from './pod-facts.ts';

const minute = 60_000;
const now = Date.parse('2026-11-23T12:00:00Z');
const ago = (minutes: number) => new Date(now - minutes * minute).toISOString();
const context: PodContext = {
  nowMs: now,
  timeouts: { pendingMs: 60 * minute, runningMs: 120 * minute, unscheduledMs: 5 * minute },
  errorOnEviction: false,
  revivals: 0,
  maxRevivals: 3,
};

interface Given extends NonNullable<PodFacts['status']> {
  createdMinutesAgo?: number;
  deleting?: boolean;
}

function pod({ createdMinutesAgo = 1, deleting = false, ...status }: Given): PodFacts {
  return {
    metadata: {
      name: 'a',
      creationTimestamp: ago(createdMinutesAgo),
      ...(deleting && { deletionTimestamp: ago(0) }),
    },
    status,
  };
}

function terminated(exitCode: number, reason?: string, finishedAt: string | undefined = ago(1)): ContainerStatusFacts {
  return { state: { terminated: { exitCode, reason, finishedAt } } };
}

const wait = (lookAgainAtMs?: number): PodVerdict => ({ kind: 'wait', ...(lookAgainAtMs && { lookAgainAtMs }) });
const ended = (state: 'success' | 'failure' | 'error' | 'aborted', description: string, deletePod = false) =>
  ({ kind: 'ended', state, description, deletePod }) as const;
const revive = (cause: string, deletePod = true) => ({ kind: 'revive', cause, counted: true, deletePod }) as const;
const gone = ended('error', 'Pod got deleted unexpectedly');
const unfinished = ended('error', "Pod was in succeeded phase but some containers didn't finish");
const timedOut = ended('aborted', 'Pod running timeout.', true);

/** In the order of the table of spec 5.4, which is the order of the checks. */
const rows: [string, Given | undefined, PodVerdict][] = [
  ['missing (spec line 50)', undefined, { kind: 'revive', cause: 'missing', counted: false, deletePod: false }],
  ['succeeded, no statuses at all', { phase: 'Succeeded' }, ended('success', 'Job succeeded.')],
  [
    'succeeded, every container ended with 0',
    { phase: 'Succeeded', containerStatuses: [terminated(0)], initContainerStatuses: [terminated(0)] },
    ended('success', 'Job succeeded.'),
  ],
  ['succeeded while being deleted', { phase: 'Succeeded', deleting: true }, ended('success', 'Job succeeded.')],
  ['succeeded with exit code 1', { phase: 'Succeeded', containerStatuses: [terminated(1)] }, unfinished],
  ['succeeded, init container failed', { phase: 'Succeeded', initContainerStatuses: [terminated(2)] }, unfinished],
  [
    'succeeded, a container still runs',
    { phase: 'Succeeded', containerStatuses: [terminated(0), { state: {} }] },
    unfinished,
  ],
  [
    'succeeded without a finish time',
    { phase: 'Succeeded', containerStatuses: [{ state: { terminated: { exitCode: 0 } } }] },
    unfinished,
  ],
  ['failed', { phase: 'Failed' }, ended('failure', 'Job failed.')],
  [
    'failed by node shutdown (spec line 52)',
    { phase: 'Failed', reason: 'Terminated' },
    ended('failure', 'Job failed.'),
  ],
  ['failed while being deleted', { phase: 'Failed', deleting: true }, ended('failure', 'Job failed.')],
  ['unscheduled, in time', { phase: 'Pending', createdMinutesAgo: 1 }, wait(now + 4 * minute)],
  [
    'unscheduled past its timeout (spec line 53)',
    { phase: 'Pending', createdMinutesAgo: 5 },
    ended('error', 'Pod scheduling timeout.', true),
  ],
  ['pending, in time', { phase: 'Pending', createdMinutesAgo: 70, startTime: ago(50) }, wait(now + 10 * minute)],
  ['pending past its timeout', { phase: 'Pending', startTime: ago(60) }, ended('error', 'Pod pending timeout.', true)],
  ['running, in time', { phase: 'Running', startTime: ago(60) }, wait(now + 60 * minute)],
  ['running past its timeout (spec line 53)', { phase: 'Running', startTime: ago(120) }, timedOut],
  ['running without a start time', { phase: 'Running', createdMinutesAgo: 500 }, wait()],
  ['no phase yet', {}, wait()],
  ['pending while being deleted', { phase: 'Pending', deleting: true }, gone],
  [
    'pending past its timeout while being deleted',
    { phase: 'Pending', startTime: ago(60), deleting: true },
    ended('error', 'Pod pending timeout.', true),
  ],
  ['running while being deleted (spec line 50)', { phase: 'Running', startTime: ago(1), deleting: true }, gone],
  ['running past its timeout while being deleted', { phase: 'Running', startTime: ago(121), deleting: true }, gone],
  ['no phase while being deleted', { deleting: true }, gone],
];

test.each(rows)('%s', (_name, given, verdict) => {
  expect(observePod(given && pod(given), context)).toEqual(verdict);
});

describe('unexpected stops (spec 5.5)', () => {
  test.each<[string, Given, PodVerdict]>([
    ['evicted (spec line 51)', { phase: 'Failed', reason: 'Evicted' }, revive('evicted')],
    ['evicted and being deleted', { phase: 'Failed', reason: 'Evicted', deleting: true }, revive('evicted', false)],
    [
      'node lost, being deleted',
      { phase: 'Running', reason: 'NodeLost', deleting: true },
      revive('unreachable', false),
    ],
    ['node lost, not deleted yet', { phase: 'Running', reason: 'NodeLost' }, wait()],
    ['phase unknown', { phase: 'Unknown' }, revive('unknown')],
    ['evicted wins over what the containers say', { phase: 'Running', reason: 'Evicted' }, revive('evicted')],
    [
      'killed for memory while running (spec line 52)',
      { phase: 'Running', containerStatuses: [{}, terminated(137, 'OOMKilled')] },
      ended('error', 'Job pod was OOM killed by the cluster.'),
    ],
    [
      'an init container killed for memory',
      { phase: 'Running', initContainerStatuses: [terminated(137, 'OOMKilled')] },
      ended('error', 'Job pod was OOM killed by the cluster.'),
    ],
    [
      'killed for memory, pod failed: a plain failure',
      { phase: 'Failed', containerStatuses: [terminated(137, 'OOMKilled')] },
      ended('failure', 'Job failed.'),
    ],
  ])('%s', (_name, given, verdict) => {
    expect(observePod(pod(given), context)).toEqual(verdict);
  });

  const disrupted = (reason: string, status = 'True') => ({
    conditions: [{ type: 'DisruptionTarget', status, reason }],
  });

  test.each<[string, Given, PodVerdict]>([
    ['its node does not exist any more', { phase: 'Failed', ...disrupted('DeletionByPodGC') }, revive('unreachable')],
    [
      'its node does not answer',
      { phase: 'Running', deleting: true, ...disrupted('DeletionByTaintManager') },
      revive('unreachable', false),
    ],
    [
      'its node is drained',
      { phase: 'Running', deleting: true, ...disrupted('EvictionByEvictionAPI') },
      revive('evicted', false),
    ],
    [
      'drained, and its command gave up',
      { phase: 'Failed', deleting: true, ...disrupted('EvictionByEvictionAPI') },
      revive('evicted', false),
    ],
    [
      'another pod takes its place',
      { phase: 'Pending', deleting: true, ...disrupted('PreemptionByScheduler') },
      revive('evicted', false),
    ],
    [
      'it is only announced',
      { phase: 'Running', startTime: ago(60), ...disrupted('EvictionByEvictionAPI') },
      wait(now + 60 * minute),
    ],
    [
      'it was taken back',
      { phase: 'Failed', ...disrupted('EvictionByEvictionAPI', 'False') },
      ended('failure', 'Job failed.'),
    ],
    [
      'it was too late',
      { phase: 'Succeeded', deleting: true, ...disrupted('DeletionByPodGC') },
      ended('success', 'Job succeeded.'),
    ],
    [
      'its node shuts down (spec line 52)',
      { phase: 'Failed', reason: 'Terminated', ...disrupted('TerminationByKubelet') },
      ended('failure', 'Job failed.'),
    ],
    [
      'somebody knows why, but we do not',
      { phase: 'Failed', ...disrupted('ByMagic') },
      ended('failure', 'Job failed.'),
    ],
    [
      'another condition',
      { phase: 'Failed', conditions: [{ type: 'Ready', status: 'True', reason: 'DeletionByPodGC' }] },
      ended('failure', 'Job failed.'),
    ],
  ])('disrupted by Kubernetes: %s', (_name, given, verdict) => {
    expect(observePod(pod(given), context)).toEqual(verdict);
  });

  test('error_on_eviction is about drained nodes, too', () => {
    const drained = pod({ phase: 'Running', deleting: true, ...disrupted('EvictionByEvictionAPI') });
    expect(observePod(drained, { ...context, errorOnEviction: true })).toEqual(
      ended('error', 'Job pod was evicted by the cluster.'),
    );
  });

  const evicted = pod({ phase: 'Failed', reason: 'Evicted' });

  test('error_on_eviction (spec line 51)', () => {
    expect(observePod(evicted, { ...context, errorOnEviction: true })).toEqual(
      ended('error', 'Job pod was evicted by the cluster.'),
    );
  });

  test('error_on_eviction is about evictions only', () => {
    expect(observePod(pod({ phase: 'Unknown' }), { ...context, errorOnEviction: true })).toEqual(revive('unknown'));
  });

  test.each([
    [2, 3, revive('evicted')],
    [3, 3, ended('error', 'Job pod reached max revivals (3) after being stopped unexpectedly (evicted)')],
    [0, 0, ended('error', 'Job pod reached max revivals (0) after being stopped unexpectedly (evicted)')],
  ])('revived %i times of at most %i (spec line 51)', (revivals, maxRevivals, verdict) => {
    expect(observePod(evicted, { ...context, revivals, maxRevivals })).toEqual(verdict);
  });

  test('a missing pod is replaced however many revivals there were (spec line 50)', () => {
    expect(observePod(undefined, { ...context, revivals: 9 })).toMatchObject({ kind: 'revive', counted: false });
  });
});
