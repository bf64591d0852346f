/** ProwJobs of changes on a real server: started once however often it is asked, ended, recorded, and told to their actors. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import pino from 'pino';
import {
  createChangeJobActivities,
  createJobActivities,
  createRecordActivities,
  tellListener,
} from '../../activities/index.ts';
import { encodeFiles } from '../../activities/stored-files.ts';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import type { RunRequest } from '../../domain/executor.ts';
import type { LoadedConfig } from '../../domain/main-config.ts';
import type { JobChanged, ProwJobInput } from '../../domain/prowjob-input.ts';
import type { ProwJob } from '../../domain/prowjob.ts';
import type { ChangeJobActivities, StartChangeJobsRequest } from '../../domain/review/change-jobs.ts';
import type { ChangeEventEnvelope } from '../../domain/review/envelope.ts';
import type { GitFacts } from '../../domain/review/git-facts.ts';
import type { Item } from '../../domain/review/item.ts';
import { ids, localSite, taskQueues } from '../../domain/wire.ts';
import { createReadModel } from '../../deck/read-model/read-model.ts';
import { createMemoryBlobs } from '../fakes/memory-blobs.ts';
import { loadFiles } from '../golden/decode.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';

const spec = '{containers: [{image: i, command: [c]}]}';
const configYaml = `
in_repo_config: {enabled: {acme/app: true}}
presubmits:
  acme/app:
  - {name: unit, context: ci/unit, optional: true, spec: ${spec}}
  - {name: silent, skip_report: true, spec: ${spec}}
postsubmits:
  acme/app:
  - {name: ship, spec: ${spec}}
`;
const inRepoYaml = `presubmits: [{name: own, spec: ${spec}}]`;

const repo = { org: 'acme', repo: 'app' };
const logger = pino({ level: 'silent' });
const blobs = createMemoryBlobs();
const settings = { executor: 'none' as const };

let env: TestWorkflowEnvironment;
let workers: Worker[] = [];
let polling: Promise<void>[] = [];
let config: LoadedConfig;
let activities: ChangeJobActivities;
let facts: GitFacts;

beforeAll(async () => {
  env = await startDevServer();
  await registerSearchAttributes(env.connection, 'default');
  config = await loadFiles({ 'config.yaml': configYaml });
  const content = encodeFiles(new Map([['.prow.yaml', inRepoYaml]]));
  await blobs.put('bucket/in-repo', content);
  facts = {
    baseRef: 'main',
    baseSha: 'b'.repeat(40),
    headSha: 'c'.repeat(40),
    read: [{ want: { kind: 'inRepo' }, at: { key: 'bucket/in-repo', bytes: content.length, sha256: '' } }],
  };
  activities = createChangeJobActivities({
    client: env.client,
    blobs,
    config: () => config,
    settings,
    now: () => new Date(),
    logger,
  });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  const records = createRecordActivities({
    blobs,
    main: () => config.main,
    defaultUrl: () => 'https://deck.test/run',
    tell: async (listener, change) => await tellListener(env.client, listener, change),
    onTransition: () => undefined,
    logger,
  });
  const connection = env.nativeConnection;
  // Runs begin, and nobody watches them: they go on until they are ended.
  const runs = {
    startRun: async ({ prowJob }: RunRequest) => ({ buildId: prowJob.status.build_id, adopted: false }),
    endRun: async () => undefined,
  };
  workers = await Promise.all([
    Worker.create({ connection, taskQueue: taskQueues.jobs, workflowBundle }),
    Worker.create({ connection, taskQueue: taskQueues.reports, activities: { ...records } }),
    Worker.create({ connection, taskQueue: taskQueues.runs(localSite), activities: runs }),
  ]);
  polling = workers.map((worker) => worker.run());
}, 120_000);

afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(polling);
  await env?.teardown();
});

const item = (number: number): Item => ({
  isPull: true,
  number,
  title: 'Add frobnicator',
  body: '',
  author: 'ann',
  authorType: 'User',
  state: 'open',
  url: `https://host.test/acme/app/pull/${number}`,
  assignees: [],
  pull: {
    draft: false,
    merged: false,
    requestedReviewers: [],
    base: { ref: 'main', sha: 'a'.repeat(40) },
    head: { ref: 'topic', sha: 'c'.repeat(40) },
  },
});

function envelopeOf(more: Partial<ChangeEventEnvelope> = {}): ChangeEventEnvelope {
  const delivery = randomUUID();
  return {
    v: 1,
    id: `forge:${delivery}`,
    delivery,
    receivedAt: '2026-11-24T12:00:00Z',
    host: 'forge',
    repo,
    source: { event: 'issue_comment', action: 'created' },
    item: item(7),
    events: [],
    ...more,
  };
}

const start = async (request: Partial<StartChangeJobsRequest> & Pick<StartChangeJobsRequest, 'jobs'>) =>
  await activities.startChangeJobs({
    envelope: envelopeOf(),
    facts,
    listener: ids.change('forge', repo, 7),
    ...request,
  });

async function inputOf(workflowId: string): Promise<ProwJobInput> {
  const { events } = await env.client.workflow.getHandle(workflowId).fetchHistory();
  const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
  return JSON.parse(Buffer.from(payload ?? []).toString()) as ProwJobInput;
}

/** What an actor that nobody runs was told. */
async function toldTo(workflowId: string): Promise<JobChanged[]> {
  const { events } = await env.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal?.signalName === 'jobChanged'
      ? [JSON.parse(Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString()) as JobChanged]
      : [],
  );
}

const firstOf = <T>([first]: readonly T[]): T => {
  if (first === undefined) throw new Error('There is none.');
  return first;
};

describe('starting', () => {
  test('a presubmit with all that it needs, its change as listener, and what its actor remembers', async () => {
    const envelope = envelopeOf();

    const { started, refused } = await start({
      envelope,
      jobs: [{ job: 'unit', type: 'presubmit', labels: { 'prow.k8s.io/retest': 'true' } }],
    });

    expect(refused).toEqual([]);
    const job = firstOf(started);
    expect(job).toEqual({
      name: expect.stringMatching(/^[0-9a-f-]{36}$/),
      workflowId: ids.prowJob(`${envelope.delivery}/unit`),
      job: 'unit',
      type: 'presubmit',
      key: expect.stringContaining('acme/app@main 7'),
      state: 'triggered',
      complete: false,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      report: {
        context: 'ci/unit',
        sha: 'c'.repeat(40),
        baseSha: 'b'.repeat(40),
        author: 'ann',
        optional: true,
        rerunCommand: '/test unit',
      },
    });
    expect(await inputOf(job.workflowId)).toMatchObject({
      spec: {
        type: 'presubmit',
        job: 'unit',
        refs: {
          base_sha: 'b'.repeat(40),
          repo_link: 'https://host.test/acme/app',
          pulls: [{ number: 7, author: 'ann', sha: 'c'.repeat(40), head_ref: 'topic' }],
        },
      },
      labels: {
        'event-GUID': envelope.delivery,
        'prow.k8s.io/is-optional': 'true',
        'prow.k8s.io/retest': 'true',
        'prow.k8s.io/refs.pull': '7',
      },
      listeners: [{ workflowId: 'change:forge:acme!app:7' }],
      generation: config.generation,
    });
  });

  test('again and at once gives the same ProwJob, and starts nothing', async () => {
    const request = { envelope: envelopeOf(), jobs: [{ job: 'unit', type: 'presubmit' as const }] };

    const [first, ...more] = (await Promise.all([start(request), start(request), start(request)])).map(
      ({ started }) => started[0]?.name,
    );

    expect(more).toEqual([first, first]);
    expect((await start(request)).started).toMatchObject([{ name: first, complete: false }]);
  });

  test('again tells what has become of it meanwhile', async () => {
    const request = { envelope: envelopeOf(), jobs: [{ job: 'unit', type: 'presubmit' as const }] };
    const { workflowId, name } = firstOf((await start(request)).started);
    await env.client.workflow.getHandle(workflowId).cancel();
    await env.client.workflow.getHandle(workflowId).result();

    expect((await start(request)).started).toMatchObject([{ name, state: 'aborted', complete: true }]);
  });

  test('1.8: jobs of the repository itself, and in the order in which they were asked for', async () => {
    const { started } = await start({
      jobs: (['own', 'silent', 'unit'] as const).map((job) => ({ job, type: 'presubmit' })),
    });

    expect(started.map(({ job, report }) => [job, report !== undefined])).toEqual([
      ['own', true],
      ['silent', false],
      ['unit', true],
    ]);
  });

  test('3.6: a postsubmit of the pushed commit', async () => {
    const { item: _item, ...envelope } = envelopeOf({
      source: { event: 'push' },
      events: [
        {
          kind: 'push',
          sender: 'ann',
          ref: 'refs/heads/main',
          before: 'x',
          after: 'd'.repeat(40),
          created: false,
          deleted: false,
          forced: false,
          compareUrl: 'https://host.test/acme/app/compare/x...d',
          files: { added: [], removed: [], modified: [] },
          filesComplete: true,
        },
      ],
    });

    const { started } = await start({ envelope, jobs: [{ job: 'ship', type: 'postsubmit' }] });

    const job = firstOf(started);
    expect(job).toMatchObject({ type: 'postsubmit', report: { sha: 'd'.repeat(40), context: 'ship', author: '' } });
    expect(await inputOf(job.workflowId)).toMatchObject({
      spec: { refs: { base_ref: 'main', base_link: 'https://host.test/acme/app/compare/x...d' } },
    });
  });

  test('what cannot be started is told, and the others start', async () => {
    const { started, refused } = await start({
      jobs: [
        { job: 'gone', type: 'presubmit' },
        { job: 'unit', type: 'presubmit' },
      ],
    });

    expect(started).toMatchObject([{ job: 'unit' }]);
    expect(refused).toEqual([{ job: 'gone', reason: 'No presubmit named gone is configured for acme/app.' }]);
  });

  test('where the repository was not read, its own jobs cannot be started and central ones can', async () => {
    const { facts: _none, ...request } = {
      facts: undefined,
      envelope: envelopeOf(),
      listener: 'change:forge:acme!app:7',
    };

    const { started, refused } = await activities.startChangeJobs({
      ...request,
      jobs: [
        { job: 'own', type: 'presubmit' },
        { job: 'unit', type: 'presubmit' },
      ],
    });

    expect(started).toMatchObject([{ job: 'unit', report: { baseSha: 'a'.repeat(40) } }]);
    expect(refused).toEqual([{ job: 'own', reason: expect.stringContaining('has not been read yet') }]);
  });

  test('an event that is about no commit starts nothing', async () => {
    const { item: _item, ...envelope } = envelopeOf();

    expect(await start({ envelope, jobs: [{ job: 'unit', type: 'presubmit' }] })).toEqual({
      started: [],
      refused: [{ job: 'unit', reason: 'unit cannot be started: the event is about no commit.' }],
    });
  });
});

describe('ending', () => {
  test('what runs, what has ended, what is ending, what nobody knows: all are over then', async () => {
    const { started } = await start({
      jobs: [
        { job: 'unit', type: 'presubmit' },
        { job: 'silent', type: 'presubmit' },
      ],
    });
    const [running, other] = started;
    if (!running || !other) throw new Error('not started');
    await env.client.workflow.getHandle(other.workflowId).cancel();
    await env.client.workflow.getHandle(other.workflowId).result();
    const jobs = [running, other, { workflowId: 'job:unknown', name: randomUUID() }];

    await activities.abortChangeJobs({ jobs, description: 'Aborted by trigger plugin.' });
    await activities.abortChangeJobs({ jobs, description: 'once more' });

    expect(await env.client.workflow.getHandle(running.workflowId).result()).toMatchObject({
      state: 'aborted',
      description: 'Aborted by trigger plugin.',
    });
  });
});

describe('recording what a person knows better', () => {
  test('56: a job that has ended is seen in lists, has a record, and its change is told, once', async () => {
    const envelope = envelopeOf({ item: item(56) });
    const actor = ids.change('forge', repo, 56);
    const request = {
      envelope,
      facts,
      key: `${envelope.delivery}/override/0`,
      job: 'unit',
      state: 'success' as const,
      description: 'Overridden by ann',
      url: 'https://host.test/acme/app/pull/56#issuecomment-1',
    };

    await activities.recordChangeJob(request);
    await activities.recordChangeJob(request);

    const workflowId = ids.prowJob(request.key);
    const { name } = (await env.client.workflow.getHandle(workflowId).result()) as { name: string };
    expect(await toldTo(actor)).toEqual([
      {
        name,
        workflowId,
        job: 'unit',
        state: 'success',
        complete: true,
        buildId: expect.stringMatching(/^\d+$/),
        url: request.url,
        description: 'Overridden by ann',
        change: {
          name,
          workflowId,
          job: 'unit',
          type: 'presubmit',
          state: 'success',
          complete: true,
          key: expect.any(String),
          startedAt: expect.any(String),
          url: request.url,
          description: 'Overridden by ann',
          report: expect.objectContaining({ context: 'ci/unit', sha: 'c'.repeat(40), baseSha: 'b'.repeat(40) }),
        },
      },
    ]);
    const prowJobs = createProwJobs(env.client);
    const readModel = createReadModel({ prowJobs, blobs, logger, idlePollMs: 100 });
    readModel.start();
    const shown = (): ProwJob | undefined => readModel.item(name)?.prowJob;
    await eventually(() => shown()?.status.completionTime !== undefined, 'Deck shows it as ended');
    expect(shown()).toMatchObject({
      spec: { job: 'unit', refs: { pulls: [{ number: 56 }] } },
      status: { state: 'success', description: 'Overridden by ann', url: request.url },
    });
    await readModel.stop();
    await env.client.workflow.getHandle(actor).terminate();
  });

  test('a job that is not configured any more is passed over', async () => {
    const key = `${randomUUID()}/override/0`;
    const state = 'success' as const;
    await activities.recordChangeJob({
      envelope: envelopeOf(),
      facts,
      key,
      job: 'gone',
      state,
      description: '',
      url: '',
    });

    await expect(env.client.workflow.getHandle(ids.prowJob(key)).describe()).rejects.toThrow('not found');
  });
});

describe('jobs that others start', () => {
  const resolve = async (hostName?: string) =>
    await createJobActivities({
      client: env.client,
      blobs,
      config: () => config,
      settings,
      ...(hostName !== undefined && { hostName }),
    }).resolveJob({
      job: 'unit',
      refs: { ...repo, base_ref: 'main', pulls: [{ number: 9, author: 'ann', sha: 'c'.repeat(40) }] },
    });

  test('3.7: have the actor of their change as listener, where there is a code host', async () => {
    expect((await resolve('forge')).listeners).toEqual([{ workflowId: 'change:forge:acme!app:9' }]);
    expect((await resolve()).listeners).toBeUndefined();
  });

  test('an actor that does not run is started to be told, anybody else is not', async () => {
    const change: JobChanged = { name: 'n', workflowId: 'job:1', job: 'unit', state: 'pending', complete: false };
    const actor = `repo:forge:acme!${randomUUID()}`;

    await tellListener(env.client, { workflowId: actor }, change);
    await tellListener(env.client, { workflowId: 'periodic-loop:gone' }, change);

    const handle = env.client.workflow.getHandle(actor);
    expect((await handle.describe()).type).toBe('repoActor');
    expect(await toldTo(actor)).toEqual([change]);
    await expect(env.client.workflow.getHandle('periodic-loop:gone').describe()).rejects.toThrow('not found');
    await handle.terminate();
  });
});
