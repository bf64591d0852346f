import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { Transition } from '../../activities/records.ts';
import type { BegunRun, StartRunRequest } from '../../activities/runs.ts';
import type { RunOutcome, RunRequest } from '../../domain/executor.ts';
import type { ProwJobInput } from '../../domain/prowjob-input.ts';
import { localSite, taskQueues, workflowTypes } from '../../domain/wire.ts';
import type { ProwJobResult } from '../../workflows/prow-job.ts';
import { abort, state } from '../../workflows/prow-job.messages.ts';
import { prowJobInput } from '../fixtures/prowjob-input.ts';
import { eventually } from '../harness/eventually.ts';
import { createTestEnvironment, type TestEnvironment } from '../harness/time-skipping.ts';

let env: TestEnvironment;

beforeAll(async () => {
  env = await createTestEnvironment();
}, 60_000);

afterAll(async () => {
  await env?.teardown();
});

const success: RunOutcome = { kind: 'ended', state: 'success', description: 'Job succeeded.' };

interface World {
  started: RunRequest[];
  ended: RunRequest[];
  records: Transition[];
  /** States among them that were recorded where the workflow runs. */
  local: string[];
  /** Instead of recording there. */
  localTrouble?: Error;
  outcomes: RunOutcome[];
  /** What `startRun` does instead of answering; undefined = it starts. */
  refusal?: () => never;
  /** The watch waits until it is cancelled. */
  endless: boolean;
  /** Settled when no run is watched any more. */
  watch: Promise<unknown>;
}

function world(over: Partial<World> = {}): World {
  return {
    started: [],
    ended: [],
    records: [],
    local: [],
    outcomes: [success],
    endless: false,
    watch: Promise.resolve(),
    ...over,
  };
}

/** The activities of a ProwJob as functions that record their calls. */
function activities(at: World) {
  return {
    [taskQueues.runs(localSite)]: {
      async startRun(request: RunRequest) {
        at.started.push(request);
        at.refusal?.();
        return { buildId: request.prowJob.status.build_id ?? '', adopted: false };
      },
      async endRun(request: RunRequest) {
        at.ended.push(request);
        // As with real executors, a run that has ended is watched no longer. The server minds (test/harness/time-skipping.ts).
        await at.watch;
      },
    },
    [taskQueues.watch(localSite)]: {
      async watchRun() {
        if (at.endless) {
          const { cancelled, heartbeat } = Context.current();
          const beat = setInterval(() => heartbeat(), 50);
          at.watch = cancelled.finally(() => clearInterval(beat)).catch(() => undefined);
          await cancelled;
        }
        return at.outcomes.shift() ?? success;
      },
    },
    [taskQueues.reports]: {
      async recordTransition(transition: Transition) {
        at.records.push(transition);
        return { url: `https://deck.example/${transition.prowJob.status.state}` };
      },
    },
    // Local ones, for the worker that runs the workflow.
    [taskQueues.jobs]: {
      async recordTransition(transition: Transition) {
        if (at.localTrouble) throw at.localTrouble;
        at.records.push(transition);
        at.local.push(transition.prowJob.status.state);
        return { url: `https://deck.example/${transition.prowJob.status.state}` };
      },
    },
    [taskQueues.admin]: {
      vendBuildId: async () => '4711',
    },
  };
}

async function start(input: ProwJobInput): Promise<WorkflowHandle<() => Promise<ProwJobResult>>> {
  return await env.client.workflow.start<() => Promise<ProwJobResult>>(workflowTypes.prowJob, {
    workflowId: `job-${randomUUID()}`,
    taskQueue: taskQueues.jobs,
    args: [input] as never,
  });
}

const statesOf = ({ records }: World) => records.map(({ prowJob }) => prowJob.status.state);

describe('prowJob', () => {
  test('runs once, records pending and the end, and answers with the result', async () => {
    const at = world();

    const result = await env.withWorkers(activities(at), async () => await (await start(prowJobInput())).result());

    expect(result).toMatchObject({
      state: 'success',
      description: 'Job succeeded.',
      url: 'https://deck.example/success',
    });
    expect(at.started).toHaveLength(1);
    expect(statesOf(at)).toEqual(['pending', 'success']);
    const [pending, final] = at.records.map(({ prowJob }) => prowJob);
    expect(pending?.status).toMatchObject({
      description: 'Job triggered.',
      pod_name: result.name,
      build_id: result.buildId,
      pendingTime: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(pending?.metadata.labels).toMatchObject({
      'prow.k8s.io/id': result.name,
      'prow.k8s.io/build-id': result.buildId,
    });
    expect(final?.status.completionTime).toBeDefined();
    expect(result.buildId).toMatch(/^\d{18,19}$/);
  });

  const begun = '2026-01-02T03:04:05Z';
  /** As where one process does everything. */
  const inOneProcess = (at: World) => {
    const acts = activities(at);
    const queue = taskQueues.runs(localSite);
    const startRun = async (request: StartRunRequest): Promise<BegunRun> => {
      at.started.push(request);
      const recorded = { url: 'https://deck.example/pending', at: begun };
      return { buildId: request.prowJob.status.build_id ?? '', adopted: false, recorded, recordsLocally: true };
    };
    return { ...acts, [queue]: { ...acts[queue], startRun } };
  };

  test('where one process does everything, the beginning is recorded with the start and the end by the workflow itself', async () => {
    const at = world();

    await env.withWorkers(inOneProcess(at), async () => {
      const handle = await start(prowJobInput());
      expect(await handle.result()).toMatchObject({ state: 'success', url: 'https://deck.example/success' });
      expect((await handle.describe()).historyLength).toBeLessThanOrEqual(20);
    });

    expect(statesOf(at)).toEqual(['success']);
    expect(at.local).toEqual(['success']);
    expect(at.records[0]?.prowJob.status.pendingTime).toBe(begun);
    expect(at.started[0]).toMatchObject({ workflowId: expect.stringMatching(/^job-/), listeners: [] });
  });

  test('an end that cannot be recorded there is recorded by an activity', async () => {
    const at = world({ localTrouble: new Error('no space') });

    const result = await env.withWorkers(inOneProcess(at), async () => await (await start(prowJobInput())).result());

    expect(result).toMatchObject({ state: 'success', url: 'https://deck.example/success' });
    expect(statesOf(at)).toEqual(['success']);
    expect(at.local).toEqual([]);
  });

  test("the ProwJob's name is the run id, and the history of a plain job has at most 33 events", async () => {
    const at = world();

    await env.withWorkers(activities(at), async () => {
      const handle = await start(prowJobInput());
      const { name } = await handle.result();
      const described = await handle.describe();
      expect(name).toBe(described.runId);
      expect(described.historyLength).toBeLessThanOrEqual(33);
      expect(described.searchAttributes['ProwState']).toEqual(['success']);
      expect(described.searchAttributes['ProwBuildId']).toEqual([at.records[0]?.prowJob.status.build_id]);
    });
  });

  test('a failing job is a workflow that completes', async () => {
    const at = world({ outcomes: [{ kind: 'ended', state: 'failure', description: 'Job failed.' }] });

    const result = await env.withWorkers(activities(at), async () => await (await start(prowJobInput())).result());

    expect(result).toMatchObject({ state: 'failure', description: 'Job failed.' });
  });

  test('48: a run that the executor refuses ends in error with its words', async () => {
    const at = world({
      refusal: () => {
        throw ApplicationFailure.nonRetryable('Pod can not be created: forbidden', 'PodRejected');
      },
    });

    const result = await env.withWorkers(activities(at), async () => await (await start(prowJobInput())).result());

    expect(result).toMatchObject({ state: 'error', description: 'Pod can not be created: forbidden' });
    expect(statesOf(at)).toEqual(['error']);
    expect(at.ended).toEqual([]);
  });

  test('48: an executor that is away for a while is asked again', async () => {
    let left = 3;
    const at = world({
      refusal: (() => {
        if (left-- > 0) throw ApplicationFailure.retryable('500', 'ClusterUnavailable');
      }) as () => never,
    });

    const result = await env.withWorkers(activities(at), async () =>
      env.passUntil((await start(prowJobInput())).result(), 1_000),
    );

    expect(result.state).toBe('success');
    expect(at.started).toHaveLength(4);
    expect(new Set(at.started.map(({ prowJob }) => prowJob.status.build_id)).size).toBe(1);
  });

  test('50: a lost run is started again with a new build id and stays pending', async () => {
    const at = world({ outcomes: [{ kind: 'restart', cause: 'missing', counted: false }, success] });

    await env.withWorkers(activities(at), async () => await (await start(prowJobInput())).result());

    expect(statesOf(at)).toEqual(['pending', 'pending', 'success']);
    expect(at.started).toHaveLength(2);
    expect(at.started[0]?.prowJob.status.build_id).not.toBe(at.started[1]?.prowJob.status.build_id);
    expect(at.records[2]?.prowJob.status.pod_revival_count).toBeUndefined();
  });

  test.each([
    { maxRevivals: 1, starts: 2 },
    { maxRevivals: 0, starts: 1 },
  ])('51: evictions are revived at most $maxRevivals times', async ({ maxRevivals, starts }) => {
    const evicted: RunOutcome = { kind: 'restart', cause: 'evicted', counted: true };
    const at = world({ outcomes: [evicted, evicted] });

    const result = await env.withWorkers(
      activities(at),
      async () => await (await start(prowJobInput({ maxRevivals }))).result(),
    );

    expect(result).toMatchObject({
      state: 'error',
      description: `Job pod reached max revivals (${maxRevivals}) after being stopped unexpectedly (evicted)`,
    });
    expect(at.started).toHaveLength(starts);
  });

  test('54: an abort is answered at once, ends the run, and only then completes the job', async () => {
    const at = world({ endless: true });

    const { answer, result } = await env.withWorkers(activities(at), async () => {
      const handle = await start(prowJobInput());
      await eventually(() => at.records.length === 1, 'the job is pending');
      const answered = await handle.executeUpdate(abort, { args: [{ by: 'alice' }] });
      return { answer: answered, result: await handle.result() };
    });

    expect(answer).toMatchObject({ state: 'aborted', description: `alice successfully aborted ${result.name}.` });
    expect(answer.completionTime).toBeUndefined();
    expect(result).toMatchObject({ state: 'aborted', description: `alice successfully aborted ${result.name}.` });
    expect(at.ended).toHaveLength(1);
    expect(at.records.at(-1)?.prowJob.status.completionTime).toBeDefined();
  });

  test('a cancellation of the workflow is an abort', async () => {
    const at = world({ endless: true });

    const result = await env.withWorkers(activities(at), async () => {
      const handle = await start(prowJobInput());
      await eventually(() => at.records.length === 1, 'the job is pending');
      await handle.cancel();
      return await handle.result();
    });

    expect(result).toMatchObject({ state: 'aborted', description: 'Aborted: the workflow was cancelled.' });
    expect(at.ended).toHaveLength(1);
  });

  test('a second abort is refused', async () => {
    const at = world({ endless: true });

    await env.withWorkers(activities(at), async () => {
      const handle = await start(prowJobInput());
      await eventually(() => at.records.length === 1, 'the job is pending');
      await handle.executeUpdate(abort, { args: [{ reason: 'first' }] });
      await expect(handle.executeUpdate(abort, { args: [{ reason: 'second' }] })).rejects.toThrow();
      expect(await handle.result()).toMatchObject({ description: 'first' });
    });
  });

  test('the query state answers with the complete ProwJob', async () => {
    const at = world();

    await env.withWorkers(activities(at), async () => {
      const handle = await start(prowJobInput());
      const { name } = await handle.result();
      const job = await handle.query(state);
      expect(job).toMatchObject({ kind: 'ProwJob', metadata: { name }, status: { state: 'success' } });
    });
  });

  test('a build id comes from tot where one is configured', async () => {
    const at = world();

    const result = await env.withWorkers(
      activities(at),
      async () => await (await start(prowJobInput({ tot: true }))).result(),
    );

    expect(result.buildId).toBe('4711');
  });

  test('retries wait for their interval, are ProwJobs of their own, and carry their count', async () => {
    const failed: RunOutcome = { kind: 'ended', state: 'failure', description: 'Job failed.' };
    const at = world({ outcomes: [failed, failed, failed, success] });
    const retry = { attempts: 2, intervalMs: 600_000, runAll: false };

    const { result, waited } = await env.withWorkers(activities(at), async () => {
      const before = await env.now();
      const handle = await start(prowJobInput({ retry }));
      const last = await env.passUntil(handle.result(), 60_000);
      return { result: last, waited: (await env.now()) - before };
    });

    expect(result.state).toBe('failure');
    expect(at.started.map(({ prowJob }) => prowJob.metadata.labels['prow.k8s.io/re-run'])).toEqual([
      undefined,
      '1',
      '2',
    ]);
    expect(new Set(at.started.map(({ prowJob }) => prowJob.metadata.name)).size).toBe(3);
    expect(waited).toBeGreaterThanOrEqual(1_199_000);
  });

  test('one that is given as ended runs nothing, waits for nothing, and is recorded once', async () => {
    const at = world();
    const ended = { state: 'success', description: 'Overridden by ann', url: 'https://host/comment' } as const;
    const spec = { ...prowJobInput().spec, max_concurrency: 1 };

    await env.withWorkers(activities(at), async () => {
      const handle = await start(prowJobInput({ ended, spec }));
      expect(await handle.result()).toMatchObject({ state: 'success', description: 'Overridden by ann' });
      const { searchAttributes } = await handle.describe();
      expect(searchAttributes['ProwState']).toEqual(['success']);
      expect(searchAttributes['ProwBuildId']).toEqual([at.records[0]?.prowJob.status.build_id]);
    });

    expect(at.started).toEqual([]);
    expect(at.records).toMatchObject([{ ended, prowJob: { status: { state: 'success' } } }]);
    const [{ status } = {}] = at.records.map(({ prowJob }) => prowJob);
    expect(status?.completionTime).toBe(status?.startTime);
  });

  test('transitions are told to the listeners', async () => {
    const at = world();
    const listeners = [{ workflowId: 'periodic-loop:x' }];

    await env.withWorkers(activities(at), async () => await (await start(prowJobInput({ listeners }))).result());

    expect(at.records.every((record) => record.listeners[0]?.workflowId === 'periodic-loop:x')).toBe(true);
  });
});
