import { expect, test } from '@jest/globals';
import type { ProwJob } from '../domain/prowjob.ts';
import type { JobChanged } from '../domain/prowjob-input.ts';
import { createMemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { prowJob } from '../test/fixtures/prowjob.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createRecordActivities, type Transition } from './records.ts';

const storage = { bucket: 'gs://logs', path_strategy: 'explicit' };
const refs = {
  org: 'org',
  repo: 'repo',
  base_ref: 'main',
  base_sha: 'base',
  pulls: [{ number: 5, author: 'ann', sha: 'cafe' }],
};
const times = { startTime: '2026-11-23T12:00:00Z', completionTime: '2026-11-23T12:10:00Z' };

function world() {
  const blobs = createMemoryBlobs();
  const told: string[] = [];
  const changes: JobChanged[] = [];
  const activities = createRecordActivities({
    blobs,
    main: () => ({ plank: {} }) as never,
    defaultUrl: ({ metadata }) => `http://deck.test/${metadata.name}`,
    tell: async ({ workflowId }, change) => {
      told.push(`${workflowId} ${change.state}`);
      changes.push(change);
    },
    onTransition: () => undefined,
    logger: createLogger({ component: 'test', level: 'error' }),
  });
  const record = (job: ProwJob, more: Partial<Transition> = {}) =>
    activities.recordTransition({
      prowJob: job,
      workflowId: 'job:1',
      storage,
      listeners: [{ workflowId: 'change:forge:org!repo:5' }],
      ...more,
    });
  const json = async (key: string): Promise<unknown> => {
    const content = await blobs.get(key);
    return content && JSON.parse(Buffer.from(content).toString());
  };
  return { blobs, told, changes, record, json };
}

const presubmit = prowJob({
  metadata: { name: 'p' },
  spec: { type: 'presubmit', job: 'unit', refs },
  status: { ...times, state: 'error', description: 'no', build_id: '7' },
});
const folder = 'logs/pr-logs/pull/org_repo/5/unit/7';

test('64: what a run has left of its own stays as it is', async () => {
  const { blobs, record, json } = world();
  const own = { timestamp: 1, passed: true, result: 'SUCCESS' };
  await blobs.put(`${folder}/finished.json`, JSON.stringify(own));
  await blobs.put(`${folder}/started.json`, '{"timestamp":1}');

  await record(presubmit);

  expect(await json(`${folder}/finished.json`)).toEqual(own);
  expect(await json(`${folder}/started.json`)).toEqual({ timestamp: 1 });
});

test.each([
  ['success', true],
  ['failure', false],
  ['aborted', false],
  ['error', false],
] as const)('64: a run that left nothing gets a result in lower case: %s', async (state, passed) => {
  const { record, json, told } = world();

  await record({ ...presubmit, status: { ...presubmit.status, state } });

  const metadata = { uploader: 'crier' };
  expect(await json(`${folder}/finished.json`)).toEqual({ timestamp: 1_795_435_800, passed, result: state, metadata });
  expect(await json(`${folder}/started.json`)).toEqual({
    timestamp: 1_795_435_200,
    pull: '5',
    repos: { 'org/repo': 'main:base,5:cafe' },
    'repo-commit': 'cafe',
    metadata,
  });
  expect(told).toEqual([`change:forge:org!repo:5 ${state}`]);
});

test('64: a run that goes on gets its record only, and a periodic no started.json', async () => {
  const { blobs, record } = world();
  const { completionTime: _none, ...running } = presubmit.status;
  await record({ ...presubmit, status: { ...running, state: 'pending' } });
  await record(prowJob({ spec: { job: 'nightly' }, status: { ...times, state: 'success', build_id: '8' } }));

  const keys: string[] = [];
  for await (const { key } of blobs.list('')) keys.push(key);
  expect(keys).toEqual([
    'logs/logs/nightly/8/finished.json',
    'logs/logs/nightly/8/prowjob.json',
    `${folder}/prowjob.json`,
  ]);
});

test('actors are told what they need to report the job, others only that it has changed', async () => {
  const { changes, record } = world();

  await record(
    { ...presubmit, spec: { ...presubmit.spec, context: 'ci/unit', report: true } },
    { listeners: [{ workflowId: 'change:forge:org!repo:5' }, { workflowId: 'periodic-loop:unit' }] },
  );

  const common = { name: 'p', workflowId: 'job:1', job: 'unit', state: 'error', complete: true, buildId: '7' };
  expect(changes).toMatchObject([
    {
      ...common,
      change: {
        name: 'p',
        workflowId: 'job:1',
        job: 'unit',
        type: 'presubmit',
        state: 'error',
        complete: true,
        startedAt: times.startTime,
        url: 'http://deck.test/p',
        description: 'no',
        report: { context: 'ci/unit', sha: 'cafe', baseSha: 'base', author: 'ann' },
      },
    },
    common,
  ]);
  expect(changes[1]).not.toHaveProperty('change');
});

test('of a job that never ran there is the record alone, with the URL that was given', async () => {
  const { blobs, record, json } = world();
  const ended = { state: 'success', description: 'Overridden by ann', url: 'https://host/comment' } as const;

  expect(await record({ ...presubmit, status: { ...presubmit.status, state: 'success' } }, { ended })).toEqual({
    url: ended.url,
  });

  expect(await json(`${folder}/prowjob.json`)).toMatchObject({ status: { url: ended.url } });
  expect(await blobs.stat(`${folder}/started.json`)).toBeUndefined();
  expect(await blobs.stat(`${folder}/finished.json`)).toBeUndefined();
});
