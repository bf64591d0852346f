import { describe, expect, test } from '@jest/globals';
import { endedProwJob, prowJob } from '../../test/fixtures/prowjob.ts';
import { objectKeys, startedWorkflowId, wasStartedByObject, metadataForJob, type SeenObject } from './object.ts';
import { claimOf, finishOf, newObject, updateOf } from './write.ts';

const seen: SeenObject = {
  name: 'mine',
  uid: 'u1',
  resourceVersion: '1',
  createdMs: Date.parse('2026-11-24T12:00:00Z'),
  deleting: false,
  annotations: { [objectKeys.uid]: 'u1' },
  finalizers: ['others/finalizer', objectKeys.finalizer],
  shown: {},
  status: {},
};
const job = prowJob({
  metadata: { labels: { a: 'b' }, annotations: { note: 'x', [objectKeys.uid]: 'u0' } },
  status: { state: 'pending' },
});
const ended = endedProwJob('success');
const at = { namespace: 'jobs', workflowId: 'job:x' };

describe('an object for a job', () => {
  test('has all of it, and a finalizer until the end', () => {
    expect(newObject(job, at)).toMatchObject({
      metadata: {
        name: job.metadata.name,
        namespace: 'jobs',
        labels: { a: 'b' },
        annotations: { note: 'x', [objectKeys.prowJob]: job.metadata.name, [objectKeys.workflow]: 'job:x' },
        finalizers: [objectKeys.finalizer],
      },
      spec: job.spec,
      status: job.status,
    });
    expect(newObject(ended, at).metadata.finalizers).toBeUndefined();
  });

  test('does not say that an object started it', () => {
    expect(newObject(job, at).metadata.annotations[objectKeys.uid]).toBeUndefined();
  });

  test('goes without what is too large', () => {
    const pod = { containers: [{ name: 'a', args: ['x'.repeat(1_100_000)] }] };
    const { spec, metadata } = newObject({ ...job, spec: { ...job.spec, pod_spec: pod } }, at);

    expect(spec).toEqual({ type: 'periodic', agent: 'kubernetes', cluster: 'default', job: 'echo-test' });
    expect(metadata.annotations).toEqual({
      [objectKeys.prowJob]: job.metadata.name,
      [objectKeys.workflow]: 'job:x',
      [objectKeys.shortened]: 'true',
    });
  });
});

describe('an update', () => {
  test('removes what the job no longer says, and only our finalizer', () => {
    const { status, metadata } = updateOf(seen, ended, at);

    expect(status).toMatchObject({ ...ended.status, pod_revival_count: null, prev_report_states: null });
    expect(metadata['finalizers']).toEqual(['others/finalizer']);
  });

  test('leaves the pod spec of who made the object', () => {
    expect(updateOf(seen, job, at).spec).not.toHaveProperty('pod_spec');
    expect(updateOf({ ...seen, annotations: {} }, job, at).spec).toHaveProperty('pod_spec');
  });
});

test('a claim removes the job that a copy names', () => {
  expect(claimOf({ ...seen, annotations: {}, finalizers: [] }, 'job:y').metadata).toEqual({
    annotations: { [objectKeys.uid]: 'u1', [objectKeys.workflow]: 'job:y', [objectKeys.prowJob]: null },
    finalizers: [objectKeys.finalizer],
  });
});

test('an object without a job ends with words, not too many', () => {
  const now = new Date('2026-11-24T12:00:05Z');
  const { status } = finishOf(seen, { state: 'error', description: 'x'.repeat(9_000), now });

  expect(status).toMatchObject({ startTime: '2026-11-24T12:00:00Z', completionTime: '2026-11-24T12:00:05Z' });
  expect(status['description']).toHaveLength(2_000);
});

test('a job knows the object that started it, and its rerun does not take it for its own', () => {
  const metadata = { ...job.metadata, ...metadataForJob(job, { namespace: 'jobs', name: 'mine', uid: 'u1' }) };
  const started = { ...job, metadata };

  expect(metadata.annotations).toEqual({ note: 'x', [objectKeys.object]: 'jobs/mine', [objectKeys.uid]: 'u1' });
  expect(wasStartedByObject(started, startedWorkflowId('u1', 'echo-test'))).toBe(true);
  expect(wasStartedByObject(started, 'job:rerun')).toBe(false);
});
