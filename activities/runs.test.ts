/** What a start records besides, and how seldom a watch writes. */
import { expect, test } from '@jest/globals';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Executor } from '../domain/executor.ts';
import { prowJob } from '../test/fixtures/prowjob.ts';
import type { Transition } from './records.ts';
import { createRunActivities, type RunActivities, type StartRunRequest } from './runs.ts';

const executor: Executor = {
  kind: 'none',
  start: async () => ({ buildId: '7', adopted: false }),
  watch: async (_request, context) => {
    context.heartbeat({ phase: 'Running' });
    return { kind: 'ended', state: 'success', description: 'Job succeeded.' };
  },
  end: async () => undefined,
};
const never = async () => false;
const request: StartRunRequest = {
  prowJob: prowJob(),
  storage: {},
  timeouts: { pendingMs: 1, runningMs: 1, unscheduledMs: 1 },
  maxRevivals: 3,
  workflowId: 'job:1',
  listeners: [{ workflowId: 'periodic-loop:a' }],
};

async function begin(
  given: StartRunRequest,
  record?: (transition: Transition) => Promise<{ url: string }>,
  attempt = 1,
): ReturnType<RunActivities['startRun']> {
  const { startRun } = createRunActivities({ executor, hasEnded: never, ...(record && { record }) });
  return await new MockActivityEnvironment({ attempt }).run(startRun, given);
}

test('where records are written, a start writes that the run is pending', async () => {
  const records: Transition[] = [];

  const begun = await begin(request, async (transition) => {
    records.push(transition);
    return { url: 'https://deck/1' };
  });

  expect(begun).toMatchObject({ buildId: '7', recorded: { url: 'https://deck/1' } });
  expect(records).toMatchObject([{ workflowId: 'job:1', listeners: request.listeners }]);
  expect(records[0]?.prowJob.status).toMatchObject({
    state: 'pending',
    build_id: '7',
    pendingTime: begun.recorded?.at,
  });
});

test.each([
  ['where this process writes no records', request, undefined, 1],
  ['when storage is away', request, async () => Promise.reject(new Error('no space')), 1],
  ['in a second attempt, whose first may hang in storage', request, async () => ({ url: '' }), 2],
  ['for workflows that began with an older version', withoutId(request), async () => ({ url: '' }), 1],
])('it is left to the workflow %s', async (_name, given, record, attempt) => {
  expect(await begin(given, record, attempt)).toEqual({ buildId: '7', adopted: false });
});

test('where workflows run beside, they are told that their end may be recorded there', async () => {
  const { startRun } = createRunActivities({ executor, hasEnded: never, recordsLocally: true });

  expect(await new MockActivityEnvironment().run(startRun, request)).toMatchObject({ recordsLocally: true });
});

test('a short watch writes no heartbeat', async () => {
  const beats: unknown[] = [];
  const environment = new MockActivityEnvironment({ heartbeatTimeoutMs: 120_000 });
  environment.on('heartbeat', (details) => beats.push(details));

  await environment.run(createRunActivities({ executor, hasEnded: never }).watchRun, request);

  expect(beats).toEqual([]);
});

test.each<[string, () => Promise<boolean>, string[]]>([
  ['ends the run when the workflow has ended', async () => true, ['aborted']],
  ['leaves it to the next attempt when this one was silent for too long', never, []],
  ['leaves it when nobody can say', async () => Promise.reject(new Error('away')), []],
])('a watch that the server does not know any more %s', async (_name, hasEnded, expected) => {
  const ended: string[] = [];
  const environment = new MockActivityEnvironment();
  const { watchRun } = createRunActivities({
    executor: {
      ...executor,
      watch: async (_request, { signal }) => {
        environment.cancel('NOT_FOUND', new ActivityCancellationDetails({ notFound: true }));
        signal.throwIfAborted();
        throw new Error('it was not told');
      },
      end: async (_request, reason) => void ended.push(reason),
    },
    hasEnded,
  });

  await expect(environment.run(watchRun, request)).rejects.toThrow();

  expect(ended).toEqual(expected);
});

function withoutId({ workflowId: _id, ...rest }: StartRunRequest): StartRunRequest {
  return rest;
}
