import { describe, expect, test } from '@jest/globals';
import { plankDifferences } from './plank-differences.ts';
import { evaluatePlankCase, outcomeOf, type GivenJob, type PlankCase } from './plank.ts';

type Input = PlankCase['input'];

const now = '2026-11-23T12:00:00Z';
const hour = (hours: number) => `2026-11-23T${String(hours).padStart(2, '0')}:00:00Z`;

function job(
  name: string,
  { spec, status }: { spec?: Partial<GivenJob['spec']>; status?: Partial<GivenJob['status']> },
) {
  return {
    metadata: { name, namespace: 'prowjobs', creationTimestamp: status?.startTime ?? hour(11) },
    spec: { type: 'periodic', agent: 'kubernetes', cluster: 'default', job: 'j', ...spec },
    status: { startTime: hour(11), state: 'triggered', description: 'old', ...status },
  } satisfies GivenJob;
}

function given(own: GivenJob, rest: Partial<Input> = {}): Input {
  return {
    now,
    reconcile: own,
    others: [],
    pods: [],
    plankMaxConcurrency: 0,
    jobQueueCapacities: null,
    maxRevivals: 3,
    createError: null,
    deleteError: null,
    ...rest,
  };
}

function own(input: Input) {
  const { prowjobs, ...rest } = outcomeOf(input);
  return { ...rest, own: prowjobs.find(({ name }) => name === input.reconcile.metadata.name) };
}

const pod = (name: string, status: object = {}, metadata: object = {}) => ({
  metadata: { name, creationTimestamp: hour(11), labels: { 'prow.k8s.io/build-id': '777' }, ...metadata },
  status,
});

describe('what the golden cases do not reach', () => {
  const blocked = { own: { state: 'triggered' }, requeueSeconds: 10, pods: [] };
  const starts = { own: { state: 'pending', build_id: '999' }, pods: [{ name: 'a', buildId: '999' }] };
  const other = (spec: object, status: object) => [job('b', { spec: { job: 'other', ...spec }, status })];

  test.each<[string, Input, object]>([
    [
      'the installation is full of pending jobs',
      given(job('a', {}), { plankMaxConcurrency: 1, others: other({}, { state: 'pending' }) }),
      blocked,
    ],
    [
      'triggered jobs do not count for the installation',
      given(job('a', {}), { plankMaxConcurrency: 1, others: other({}, { startTime: hour(1) }) }),
      starts,
    ],
    [
      'a queue with a place, and an older job of it that waits (spec line 47)',
      given(job('a', { spec: { job_queue_name: 'q' } }), {
        jobQueueCapacities: { q: 1 },
        others: other({ job_queue_name: 'q' }, { startTime: hour(1) }),
      }),
      blocked,
    ],
    [
      'the same time of creation does not block',
      given(job('a', { spec: { max_concurrency: 1 } }), { others: other({ job: 'j', max_concurrency: 1 }, {}) }),
      starts,
    ],
    [
      'a full installation goes before an unknown queue',
      given(job('a', { spec: { job_queue_name: 'zz' } }), {
        plankMaxConcurrency: 1,
        others: other({}, { state: 'pending' }),
      }),
      blocked,
    ],
    ['no cluster is the default one', given(job('a', { spec: { cluster: '' } })), starts],
    [
      'a lost pod that may not be made again ends the job (spec 5.4)',
      given(job('a', { status: { state: 'pending', build_id: '777' } }), { createError: 403 }),
      { own: { state: 'error', complete: true, build_id: '999', url: 'a/error' } },
    ],
    [
      'a timeout whose deletion fails is tried again',
      given(job('a', { status: { state: 'pending' } }), {
        pods: [pod('a', { phase: 'Running', startTime: hour(8) })],
        deleteError: 500,
      }),
      { error: true, own: { state: 'pending', complete: false } },
    ],
    [
      'a pod that is gone already is as good as deleted (spec line 54)',
      given(job('a', { status: { state: 'aborted' } }), { deleteError: 404 }),
      { own: { state: 'aborted', complete: true, description: 'old' } },
    ],
    [
      'the finalizer of the reporter does not keep a revived pod',
      given(job('a', { status: { state: 'pending' } }), {
        pods: [pod('a', { phase: 'Unknown' }, { finalizers: ['prow.x-k8s.io/gcsk8sreporter'] })],
      }),
      { pods: [], own: { state: 'pending', revivals: 1 } },
    ],
    [
      'other finalizers keep a timed out pod, marked',
      given(job('a', { status: { state: 'pending' } }), {
        pods: [pod('a', { phase: 'Running', startTime: hour(8) }, { finalizers: ['x'] })],
      }),
      { pods: [{ name: 'a', deleting: true }], own: { state: 'aborted', description: 'Pod running timeout.' } },
    ],
    [
      'jobs of other agents are not looked at',
      given(job('a', { spec: { agent: 'jenkins' } })),
      { own: { state: 'triggered' }, pods: [] },
    ],
    [
      'nor are those that wait for the scheduler',
      given(job('a', { status: { state: 'scheduling' } })),
      { own: { state: 'scheduling' }, pods: [] },
    ],
    [
      'a labelled job gets the labels of its run',
      given({ ...job('a', {}), metadata: { ...job('a', {}).metadata, labels: { x: 'y' } } }),
      { own: { labels: { x: 'y', 'prow.k8s.io/id': 'a', 'prow.k8s.io/build-id': '999' } } },
    ],
  ])('%s', (_name, input, expected) => {
    expect(own(input)).toMatchObject(expected);
  });
});

describe('declared differences', () => {
  const presubmit: Partial<GivenJob['spec']> = {
    type: 'presubmit',
    refs: { org: 'o', repo: 'r', base_ref: 'main', pulls: [{ number: 1, author: '', sha: 's' }] },
  };
  const newer = job('n', { spec: presubmit, status: { startTime: hour(12) } });
  const cases: [string, Input, object][] = [
    ['429', given(job('a', {}), { createError: 429 }), { error: true, own: { state: 'triggered', build_id: '' } }],
    [
      'stale state',
      given(job('a', { spec: presubmit }), { others: [newer] }),
      { own: { state: 'aborted', complete: false, prev: { 'github-reporter': 'aborted' } }, pods: [] },
    ],
    [
      'revivals',
      given(job('a', { status: { state: 'pending' } }), { pods: [pod('a', { reason: 'Evicted' })] }),
      { own: { state: 'pending', revivals: 1 } },
    ],
  ];

  test.each(cases)('%s', async (_name, input, expected) => {
    // What the reference would say of the rest does not matter here: the rule's value is ours.
    const golden = outcomeOf(input);
    const theirs = golden.prowjobs.map((each) => ({ ...each, revivals: 0 }));
    const plankCase = { case: 'x', input, expect: { ...golden, prowjobs: theirs } };
    const rule = plankDifferences.find((difference) => difference.applies(plankCase));

    expect(own(input)).toMatchObject(expected);
    expect(await rule?.expected(plankCase)).toEqual(evaluatePlankCase(plankCase).ours);
  });

  test('none for a plain start', () => {
    const input = given(job('a', {}));

    expect(plankDifferences.filter((rule) => rule.applies({ case: 'x', input, expect: outcomeOf(input) }))).toEqual([]);
  });
});
