import { expect, test } from '@jest/globals';
import type { ProwJob } from '../domain/prowjob.ts';
import { createMemoryBlobs } from '../test/fakes/memory-blobs.ts';
import { prowJob } from '../test/fixtures/prowjob.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createRecordActivities } from './records.ts';

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
  const activities = createRecordActivities({
    blobs,
    main: () => ({ plank: {} }) as never,
    defaultUrl: ({ metadata }) => `http://deck.test/${metadata.name}`,
    tell: async ({ workflowId }, { state }) => void told.push(`${workflowId} ${state}`),
    onTransition: () => undefined,
    logger: createLogger({ component: 'test', level: 'error' }),
  });
  const record = (job: ProwJob) =>
    activities.recordTransition({
      prowJob: job,
      workflowId: 'job:1',
      storage,
      listeners: [{ workflowId: 'change:forge:org!repo:5' }],
    });
  const json = async (key: string): Promise<unknown> => {
    const content = await blobs.get(key);
    return content && JSON.parse(Buffer.from(content).toString());
  };
  return { blobs, told, record, json };
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
