import { describe, expect, test } from '@jest/globals';
import { endedProwJob, prowJob } from '../../test/fixtures/prowjob.ts';
import type { ProwJob } from '../prowjob.ts';
import { decide, type KnownJob } from './decide.ts';
import { objectKeys, shownSpec, type SeenObject } from './object.ts';

const now = Date.parse('2026-11-24T13:00:00Z');
const dayMs = 86_400_000;
const context = { namespace: 'jobs', nowMs: now, maxAgeMs: 7 * dayMs };

const job = prowJob({ status: { state: 'pending', description: 'Job triggered.' } });
const { name } = job.metadata;
const ended = endedProwJob('success', { metadata: { name } });
const known = (one: ProwJob, abortAsked = false): KnownJob => ({ prowJob: one, abortAsked });

/** As `kubectl create` makes it. */
function object(parts: Partial<SeenObject> = {}): SeenObject {
  return {
    name: 'mine',
    uid: 'u1',
    resourceVersion: '1',
    createdMs: now,
    deleting: false,
    annotations: {},
    finalizers: [],
    shown: shownSpec(job.spec),
    status: {},
    ...parts,
  };
}

const claimed = { [objectKeys.uid]: 'u1', [objectKeys.workflow]: 'job:x' };
const named = { ...claimed, [objectKeys.prowJob]: name };
const kept = [objectKeys.finalizer];
/** An object that says what the job says. */
const inOrder = (one: ProwJob, parts: Partial<SeenObject> = {}) =>
  object({
    annotations: named,
    finalizers: one.status.completionTime ? [] : kept,
    status: { ...one.status },
    ...parts,
  });
/** One that was made for the job. */
const mirror = (one: ProwJob, parts: Partial<SeenObject> = {}) =>
  inOrder(one, { name, annotations: { [objectKeys.prowJob]: name, [objectKeys.workflow]: 'job:x' }, ...parts });

type Row = [string, SeenObject | undefined, KnownJob | undefined, object];

describe('without a job', () => {
  test.each<Row>([
    ['a new object is started', object(), undefined, { kind: 'start' }],
    ['with the state that mkpj prints', object({ status: { state: 'triggered' } }), undefined, { kind: 'start' }],
    [
      'a copy is an object of its own',
      object({ annotations: { ...named, [objectKeys.uid]: 'u0' } }),
      undefined,
      { kind: 'start' },
    ],
    [
      'a copy of one that was made for a job, too',
      object({ annotations: { [objectKeys.prowJob]: name } }),
      undefined,
      { kind: 'start' },
    ],
    [
      'what was complete from the beginning is left alone',
      object({ status: { ...ended.status } }),
      undefined,
      { kind: 'none' },
    ],
    [
      "so is what somebody else's controller runs",
      object({ status: { state: 'pending' } }),
      undefined,
      { kind: 'none' },
    ],
    ['deleted before it was started: nothing to do', object({ deleting: true }), undefined, { kind: 'none' }],
    [
      'aborted before it was started: it ends',
      object({ status: { state: 'aborted' } }),
      undefined,
      { kind: 'finish', state: 'aborted', description: 'Aborted before it was started.' },
    ],
    [
      'claimed and perhaps not started: started again',
      object({ annotations: claimed, finalizers: kept }),
      undefined,
      { kind: 'start' },
    ],
    [
      'the same when deleted meanwhile',
      object({ annotations: claimed, finalizers: kept, deleting: true }),
      undefined,
      { kind: 'start' },
    ],
    ['just started, not listed yet: waits', object({ annotations: named }), undefined, { kind: 'none' }],
    [
      'started long ago and unknown: forgotten',
      object({ annotations: named, createdMs: now - dayMs }),
      undefined,
      { kind: 'forget' },
    ],
    ['complete, and the job swept: forgotten', mirror(ended), undefined, { kind: 'forget' }],
    [
      'a refused object stays for a while',
      object({ annotations: { [objectKeys.refused]: 'true' }, status: { ...ended.status } }),
      undefined,
      { kind: 'none' },
    ],
    [
      'and then goes',
      object({
        annotations: { [objectKeys.refused]: 'true' },
        status: { ...ended.status, completionTime: '2026-11-01T00:00:00Z' },
      }),
      undefined,
      { kind: 'forget' },
    ],
    ['nothing at all', undefined, undefined, { kind: 'none' }],
  ])('%s', (_what, seen, one, expected) => {
    expect(decide(seen, one, context)).toEqual(expected);
  });
});

describe('with a job', () => {
  const told = 'was set to aborted';
  test.each<Row>([
    ['that has no object: one is made', undefined, known(job), { kind: 'create' }],
    [
      'that has ended at a time nobody knows yet: later',
      undefined,
      known(prowJob({ status: { state: 'success' } })),
      { kind: 'none' },
    ],
    ['in order', inOrder(job), known(job), { kind: 'none' }],
    ['in order, made for it', mirror(ended), known(ended), { kind: 'none' }],
    ['a new state is written', inOrder(job), known(ended), { kind: 'update' }],
    ['a first status is written', object({ annotations: named, finalizers: kept }), known(job), { kind: 'update' }],
    ['the name of the job is written', inOrder(job, { annotations: claimed }), known(job), { kind: 'update' }],
    ['the finalizer goes with the end', mirror(ended, { finalizers: kept }), known(ended), { kind: 'update' }],
    ['and is put on what runs', mirror(job, { finalizers: [] }), known(job), { kind: 'update' }],
    [
      'what was edited is put right',
      mirror(ended, { shown: { job: 'other', type: 'periodic' } }),
      known(ended),
      { kind: 'update' },
    ],
    [
      'a state, too',
      mirror(ended, { status: { ...ended.status, state: 'pending' } }),
      known(ended),
      { kind: 'update' },
    ],
    [
      'aborted by its state',
      mirror(job, { status: { ...job.status, state: 'aborted' } }),
      known(job),
      { kind: 'abort', reason: `Aborted through Kubernetes: the state of ProwJob object jobs/${name} ${told}.` },
    ],
    [
      'with words',
      inOrder(job, { status: { ...job.status, state: 'aborted', description: 'late' } }),
      known(job),
      { kind: 'abort', reason: `Aborted through Kubernetes: the state of ProwJob object jobs/mine ${told}: late` },
    ],
    [
      'aborted by deletion',
      inOrder(job, { deleting: true }),
      known(job),
      { kind: 'abort', reason: 'Aborted through Kubernetes: ProwJob object jobs/mine was deleted.' },
    ],
    ['an abort is asked for once', inOrder(job, { deleting: true }), known(job, true), { kind: 'none' }],
    [
      'a deleted object goes when the job has ended',
      inOrder(job, { deleting: true }),
      known(ended),
      { kind: 'update' },
    ],
    [
      'to abort what has ended changes nothing',
      mirror(ended, { status: { ...ended.status, state: 'aborted', completionTime: undefined } }),
      known(ended),
      { kind: 'update' },
    ],
    [
      'a finalizer cannot be put on what is deleted',
      mirror(job, { deleting: true, finalizers: [] }),
      known(job, true),
      { kind: 'none' },
    ],
  ])('%s', (_what, seen, one, expected) => {
    expect(decide(seen, one, context)).toEqual(expected);
  });
});
