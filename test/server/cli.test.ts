/** The commands that talk to Temporal, from what is typed to what is printed, against a real server. */
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { TypedSearchAttributes } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Worker } from '@temporalio/worker';
import { createProgram } from '../../cli/program.ts';
import { explainActor, NoAnswerError } from '../../clients/temporal/explanations.ts';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import { actorId } from '../../domain/review/actor-target.ts';
import { memoKey } from '../../domain/prowjob-memo.ts';
import { startAttributes, startMemo } from '../../domain/prowjob-start.ts';
import { ids, taskQueues, workflowTypes } from '../../domain/wire.ts';
import { attributePairs, scheduleKey } from '../../workflows/search-attributes.ts';
import { prowJobInput } from '../fixtures/prowjob-input.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { watchTaskFailures } from '../harness/task-failures.ts';

let env: TestWorkflowEnvironment;
let worker: Worker;
let polling: Promise<void>;
let printed: string;
let listingNowhere: Promise<unknown>;

beforeAll(async () => {
  watchTaskFailures();
  // It goes on trying for five seconds, beside the other tests.
  listingNowhere = createProgram().parseAsync(['jobs', 'list', '--temporal-port', '1'], { from: 'user' });
  listingNowhere.catch(() => undefined);
  env = await startDevServer();
  await registerSearchAttributes(env.connection, 'default');
  worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: taskQueues.jobs,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('../fixtures/client-workflows.ts', import.meta.url)),
      logger: new DefaultLogger('ERROR'),
    }),
  });
  polling = worker.run();
}, 60_000);

afterAll(async () => {
  worker?.shutdown();
  await polling;
  await env?.teardown();
});

beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
});
afterEach(() => void jest.restoreAllMocks());

/** Runs one command line; resolves with what it printed. */
async function bowsprit(...args: string[]): Promise<string> {
  printed = '';
  await createProgram().parseAsync([...args, '--temporal-address', env.address], { from: 'user' });
  return printed;
}

async function startProwJob(job: string): Promise<string> {
  const base = prowJobInput();
  const input = { ...base, spec: { ...base.spec, job } };
  const handle = await env.client.workflow.start(workflowTypes.prowJob, {
    workflowId: `job:${job}`,
    taskQueue: taskQueues.jobs,
    args: [input],
    memo: { [memoKey]: startMemo(input) },
    typedSearchAttributes: attributePairs(startAttributes(input)),
  });
  const name = handle.firstExecutionRunId;
  await eventually(async () => (await createProwJobs(env.client).find(name)) !== undefined, 'it is listed');
  return name;
}

describe('jobs list', () => {
  test('prints a table whose columns can be cut', async () => {
    const name = await startProwJob('tabled');

    const [head = '', row = '', ...rest] = (await bowsprit('jobs', 'list', '--job', 'tabled')).trimEnd().split('\n');

    expect(head.split(/ {2,}/)).toEqual(['JOB', 'STATE', 'TYPE', 'STARTED', 'DURATION', 'BUILD', 'NAME']);
    expect(row).toMatch(new RegExp(`^tabled +triggered +periodic +\\d+s ago +\\d+s +${name}$`));
    expect(rest).toEqual([]);
  });

  test('prints JSON for programs, without the memo', async () => {
    const name = await startProwJob('listed-as-json');

    const list: unknown = JSON.parse(await bowsprit('jobs', 'list', '--job', 'listed-as-json', '--output', 'json'));

    expect(list).toEqual([
      expect.objectContaining({ name, job: 'listed-as-json', state: 'triggered', type: 'periodic' }),
    ]);
    expect(list).toEqual([expect.not.objectContaining({ memo: expect.anything() })]);
  });

  test('ends at its limit', async () => {
    await startProwJob('one');
    await startProwJob('two');

    expect(JSON.parse(await bowsprit('jobs', 'list', '--limit', '1', '--output', 'json'))).toHaveLength(1);
  });

  test.each(['"', '\\', '" OR ProwJob != "'])('looks for a job named %j as it is', async (job) => {
    expect(JSON.parse(await bowsprit('jobs', 'list', '--job', job, '--output', 'json'))).toEqual([]);
  });
});

describe('job start', () => {
  test('sends what was given and prints what came of it', async () => {
    const refs = { org: 'o', repo: 'r', base_ref: 'main' };

    const options = '--type postsubmit --env A=1 --env B=2 --request-id cli-1 --output json'.split(' ');
    const output = await bowsprit('job', 'start', 'echo-test', '--refs', JSON.stringify(refs), ...options);

    const started = JSON.parse(output) as { job: string; workflowId: string; prowJob: string };
    expect(started).toMatchObject({ job: 'echo-test', workflowId: 'start:cli-1' });
    expect(JSON.parse(started.prowJob)).toEqual({
      job: 'echo-test',
      type: 'postsubmit',
      refs,
      env: { A: '1', B: '2' },
      requestId: 'cli-1',
    });
  });

  test('passes on why a job is refused', async () => {
    await expect(bowsprit('job', 'start', 'JobNotFound')).rejects.toThrow('JobNotFound in words');
  });
});

describe('job abort', () => {
  test.each<[by: string, target: (name: string) => string]>([
    ['the name of the ProwJob', (name) => name],
    ['the name of its job', () => 'aborted by the name of its job'],
  ])('ends a run by %s', async (by, target) => {
    const name = await startProwJob(`aborted by ${by}`);

    const output = await bowsprit('job', 'abort', target(name), '--reason', 'tired');

    expect(output).toBe(`Aborted aborted by ${by}: ${name}\n`);
    const job = await createProwJobs(env.client).state({ workflowId: `job:aborted by ${by}`, name });
    expect(job?.status.description).toMatch(/: tired$/);
  });

  test('of what does not run says so', async () => {
    await expect(bowsprit('job', 'abort', 'no-such-job')).rejects.toThrow(
      'No running ProwJob or job named no-such-job is known.',
    );
  });
});

describe('periodic', () => {
  beforeAll(async () => {
    await env.client.schedule.create({
      scheduleId: ids.periodicSchedule('nightly'),
      spec: { cronExpressions: ['0 3 1 1 *'] },
      typedSearchAttributes: new TypedSearchAttributes([{ key: scheduleKey, value: 'cron: 0 3 1 1 *' }]),
      action: { type: 'startWorkflow', workflowType: 'prowJob', taskQueue: taskQueues.jobs, args: [prowJobInput()] },
    });
  });

  test('is paused, listed as such, and resumed', async () => {
    const paused = await bowsprit('periodic', 'pause', 'nightly', '--note', 'too slow');
    await eventually(async () => (await bowsprit('periodic', 'list')).includes('paused'), 'it is listed as paused');
    const list = await bowsprit('periodic', 'list');
    const resumed = await bowsprit('periodic', 'resume', 'nightly');

    expect(paused).toBe('Paused nightly\n');
    expect(list).toMatch(/^JOB +SCHEDULE +STATE +NEXT +LAST\nnightly +cron: 0 3 1 1 \* +paused: too slow\n$/);
    expect(resumed).toBe('Resumed nightly\n');
    await eventually(async () => (await bowsprit('periodic', 'list')).includes('active'), 'it is listed as active');
  });

  test('is triggered', async () => {
    expect(await bowsprit('periodic', 'trigger', 'nightly')).toBe('Triggered nightly\n');
  });

  test.each(['pause', 'resume', 'trigger'])('%s of an unknown one is refused', async (action) => {
    await expect(bowsprit('periodic', action, 'unknown')).rejects.toThrow('No periodic named unknown is scheduled.');
  });
});

describe('explain', () => {
  const answer = {
    item: {
      title: 'mend \u001b[31mit',
      author: 'carol',
      state: 'open',
      url: 'https://x/7',
      baseRef: 'main',
      headSha: 'c'.repeat(40),
      labels: ['lgtm'],
    },
    jobs: [],
    stories: [{ at: new Date().toISOString(), story: '/lgtm by alice', did: ['add label lgtm'] }],
    failures: [],
    waiting: { events: 0, reports: 0, again: [], errands: [] },
    handled: 4,
  };

  async function startActor(host: string, number: number, taskQueue: string = taskQueues.jobs) {
    const target = { kind: 'change', host, org: 'demo', repo: 'hello', number } as const;
    return await env.client.workflow.start(workflowTypes.changeActor, {
      workflowId: actorId(target),
      taskQueue,
      args: [target, answer],
    });
  }

  const explain = async (...args: string[]) =>
    await bowsprit('explain', ...args, '--config-path', 'config/example/config.yaml');

  test('says what the actor knows, and what is missing', async () => {
    await startActor('github', 7);

    const printed = await explain('demo/hello#7');

    expect(printed).toContain('demo/hello#7 mend [31mit\n  by carol, open, into main, head cccccccccccc\n');
    expect(printed).toContain('✗ approved is missing');
    expect(printed).toContain('✓ lgtm');
    expect(printed).toContain('/lgtm by alice → add label lgtm');
    expect(printed).toContain('at work; 4 events so far');
  });

  test('takes the address of a page, finds the sample host, and prints JSON', async () => {
    await startActor('forge', 8);

    const printed = await explain('http://127.0.0.1:8787/demo/hello/pull/8', '-o', 'json');

    expect(JSON.parse(printed)).toMatchObject({
      workflowId: 'change:forge:demo!hello:8',
      explanation: { ...answer, target: { host: 'forge', number: 8 } },
      readiness: { verdict: 'unmet', nearest: { index: 0 } },
    });
  });

  test('asks for the host that was named', async () => {
    await startActor('other', 9);

    await expect(explain('demo/hello#9')).rejects.toThrow('Nothing is known of demo/hello#9');
    expect(await explain('demo/hello#9', '--host', 'other')).toContain('demo/hello#9 mend');
  });

  test('an actor that has ended still answers, and it is said that it has', async () => {
    await (await startActor('forge', 1)).result();

    expect(await explain('demo/hello#1')).toContain('ended 0s ago');
  });

  test('of what nobody has heard of says so, and names the workflows', async () => {
    await expect(explain('demo/hello#404')).rejects.toThrow(
      'there is no workflow change:github:demo!hello:404, and no change:forge:demo!hello:404. Either nothing has happened',
    );
  });

  test('without a worker that answers it is not waited for ever', async () => {
    await startActor('github', 10, 'nobody-polls-this');
    const target = { kind: 'change', host: 'github', org: 'demo', repo: 'hello', number: 10 } as const;

    const asking = explainActor(env.client, target, { timeoutMs: 300 });

    await expect(asking).rejects.toBeInstanceOf(NoAnswerError);
    await expect(asking).rejects.toThrow('change:github:demo!hello:10 is known, and no worker answers for it.');
  });
});

test('a server that is not there is named, with what to do', async () => {
  await expect(listingNowhere).rejects.toThrow(/No Temporal server answers at 127\.0\.0\.1:1\..*npm start/);
});
