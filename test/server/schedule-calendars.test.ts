/**
 * That periodics fire when Prow's rules say, on a real server: its own matcher is asked for the instants of the schedules that
 * we create, and compared with our reading of the expressions (spec jobs.md 3.7, temporal.md 3.1).
 */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ScheduleDescription } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import fc from 'fast-check';
import { createScheduleTarget } from '../../activities/schedules/schedule-target.ts';
import { createPeriodics } from '../../clients/temporal/periodics.ts';
import { registerSearchAttributes } from '../../clients/temporal/register-attributes.ts';
import type { Periodic } from '../../domain/job-config.ts';
import { ids } from '../../domain/wire.ts';
import { compilePeriodic } from '../../rules/compile-periodic.ts';
import { nextTimes } from '../../rules/cron/next.ts';
import { CronError, parseCron } from '../../rules/cron/parse.ts';
import { cronCases } from '../golden/cron.ts';
import { prowJobInput } from '../fixtures/prowjob-input.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';

const namespace = 'default';
const golden = '../shared/golden/jobs/cron.json';
const dayMs = 86_400_000;
/** The server lists at most so many instants, and ours are compared one by one. */
const compared = 6;
/** Schedules that are asked at once. */
const atOnce = 8;

let env: TestWorkflowEnvironment;
let created = 0;

beforeAll(async () => {
  env = await startDevServer();
  await registerSearchAttributes(env.connection, namespace);
}, 60_000);

afterAll(async () => {
  await env?.teardown();
});

/** Creates the schedule of a periodic as the running system does. No worker takes its runs: each goes on until ended. */
async function createPeriodic(periodic: Partial<Periodic>): Promise<string> {
  const job = `periodic-${(created += 1)}`;
  const compiled = compilePeriodic({ name: job, agent: 'kubernetes', ...periodic });
  if (compiled.kind !== 'schedule') throw new Error('A loop has no schedule.');
  const desired = { job, hash: 'h', schedule: compiled.description, compiled, input: prowJobInput() };
  await createScheduleTarget(env.client).create(desired, { spreadFirstRun: false });
  return job;
}

/** The instants at which the server would start the job, after `from` and until `to`, both in whole seconds. */
async function serverTimes(job: string, from: Date, to: Date): Promise<Date[]> {
  const seconds = (time: Date) => ({ seconds: Math.floor(time.getTime() / 1000) });
  const request = { namespace, scheduleId: ids.periodicSchedule(job), startTime: seconds(from), endTime: seconds(to) };
  // The generated types want Long; the SDK's protobuf takes numbers as well.
  const { startTime } = await env.connection.workflowService.listScheduleMatchingTimes(request as object);
  return startTime.map((time) => new Date(Number(time.seconds) * 1000));
}

async function describeJob(job: string): Promise<ScheduleDescription> {
  return await env.client.schedule.getHandle(ids.periodicSchedule(job)).describe();
}

async function removePeriodic(job: string): Promise<void> {
  await createScheduleTarget(env.client).delete(job);
}

/** Both sides' next firings. Where we find none, the server must find none in ten years. */
async function bothTimes(cron: string, from: Date): Promise<{ server: Date[]; ours: Date[] }> {
  const job = await createPeriodic({ cron });
  const ours = nextTimes(parseCron(cron), from, compared);
  const server = await serverTimes(job, from, ours.at(-1) ?? new Date(from.getTime() + 3650 * dayMs));
  await removePeriodic(job);
  return { server, ours };
}

describe('cron', () => {
  test.each([
    ['40: daily', '0 3 * * *', '2026-01-01T12:00:00Z'],
    ['41: the first of the month and every Monday', '0 0 1 * 1', '2026-01-01T00:00:00Z'],
    ['both day fields, one with a star: both must match', '0 0 */1 * 1', '2026-01-01T00:00:00Z'],
    ['a question mark counts as a star', '0 0 ? * 1-5', '2026-01-01T00:00:00Z'],
    ['a star among others in a list counts as a star', '0 0 5,* * 1', '2026-01-01T00:00:00Z'],
    ['a stepped star is a restriction', '0 0 */2 * 1', '2026-01-30T00:00:00Z'],
    ['a full range is a restriction that all days meet', '0 0 1 * 0-6', '2026-01-30T00:00:00Z'],
    ['six fields begin with the second', '*/20 59 23 * * *', '2026-02-28T23:58:00Z'],
    ['every second', '* * * * * *', '2026-12-31T23:59:57Z'],
    ['names', '15 10 * feb,JUL tue-4', '2026-02-26T00:00:00Z'],
    ['from a number to the end by steps', '5/20 22/1 28/2 * *', '2026-02-27T00:00:00Z'],
    ['a step beyond the range leaves the first value', '*/61 */25 * * */8', '2026-02-27T00:00:00Z'],
    ['the last day of long months', '0 0 31 * *', '2026-01-15T00:00:00Z'],
    ['leap days', '0 0 29 2 *', '2026-01-01T00:00:00Z'],
    ['leap days, or Sundays in February', '0 12 29 2 0', '2028-02-20T13:00:00Z'],
    ['strictly after the start', '30 6 * * *', '2026-05-05T06:30:00Z'],
    ['@hourly', '@hourly', '2026-12-31T22:30:00Z'],
    ['@weekly', '@weekly', '2026-01-01T00:00:00Z'],
    ['@monthly', '@monthly', '2026-01-01T00:00:00Z'],
    ['@yearly', '@yearly', '2026-01-01T00:00:00Z'],
  ])('%s: %s', async (_name, cron, from) => {
    const { server, ours } = await bothTimes(cron, new Date(from));

    expect(ours).toHaveLength(compared);
    expect(server).toEqual(ours);
  });

  test.each([
    ['an impossible date', '0 0 31 2 *'],
    ['an impossible date beside an impossible weekday list', '0 0 30 2 ,'],
    ['a field that matches nothing', ', 0 * * *'],
  ])('%s is accepted by the server and never fires: %s', async (_name, cron) => {
    expect(await bothTimes(cron, new Date('2026-01-01T00:00:00Z'))).toEqual({ server: [], ours: [] });
  });

  test('whatever the fields, server and we agree', async () => {
    const element = (min: number, max: number) =>
      fc.oneof(
        fc.constantFrom('*', '*', '?', '*/1'),
        fc.integer({ min, max }).map(String),
        fc
          .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
          .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
        fc.integer({ min: 2, max: max + 2 }).map((step) => `*/${step}`),
        fc.tuple(fc.integer({ min, max }), fc.integer({ min: 1, max: 9 })).map(([a, step]) => `${a}/${step}`),
      );
    const field = (min: number, max: number) =>
      fc.array(element(min, max), { minLength: 1, maxLength: 3 }).map((list) => list.join(','));
    const expression = fc
      .tuple(
        fc.option(field(0, 59), { nil: '' }),
        field(0, 59),
        field(0, 23),
        field(1, 31),
        fc.oneof({ weight: 3, arbitrary: fc.constant('*') }, { weight: 1, arbitrary: field(1, 12) }),
        fc.oneof(fc.constant('*'), field(0, 6)),
      )
      .map((fields) => fields.join(' ').trim());
    const from = fc.integer({ min: Date.UTC(2024, 0, 1) / 1000, max: Date.UTC(2029, 0, 1) / 1000 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(expression, from), { minLength: atOnce, maxLength: atOnce }),
        async (cases) => {
          const both = await Promise.all(cases.map(([cron, seconds]) => bothTimes(cron, new Date(seconds * 1000))));
          expect(both.map(({ server }) => server)).toEqual(both.map(({ ours }) => ours));
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  (existsSync(golden) ? test : test.skip)(
    'the server fires when Prow does, for all golden expressions (needs ../shared)',
    async () => {
      const cases = cronCases(JSON.parse(readFileSync(golden, 'utf8'))).filter(
        ({ expr, next }) => next && !expr.startsWith('@every'),
      );

      expect(cases.length).toBeGreaterThan(50);
      // Two of the starts each, other ones for each case: our own reading is compared with all in the golden test.
      const check = async ({ expr, starts, next = [] }: (typeof cases)[number], nth: number) => {
        const job = await createPeriodic({ cron: expr });
        for (const index of new Set([nth % next.length, (nth * 3 + 1) % next.length])) {
          const times = next[index] ?? [];
          const from = new Date(starts[index] ?? '');
          const to = new Date(times.at(-1) ?? from.getTime() + 3650 * dayMs);
          const server = await serverTimes(job, from, to);
          expect({ expr, server }).toEqual({ expr, server: times.map((time) => new Date(time)) });
        }
        await removePeriodic(job);
      };
      const left = cases.entries();
      const work = async () => {
        for (const [nth, one] of left) await check(one, nth);
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
    120_000,
  );

  test('a time zone is refused before it reaches the server', async () => {
    await expect(createPeriodic({ cron: 'TZ=Europe/Berlin 0 3 * * *' })).rejects.toThrow(CronError);
  });
});

describe('interval', () => {
  test.each(['1s', '10m', '7m30s', '36h', '744h'])('%s lies on its grid', async (interval) => {
    const job = await createPeriodic({ interval });
    const { spec } = await describeJob(job);
    const { every, offset } = spec.intervals?.[0] ?? { every: 0, offset: 0 };
    const from = new Date('2026-03-01T00:00:00Z');
    const first = (Math.floor((from.getTime() - offset) / every) + 1) * every + offset;
    const grid = [0, 1, 2, 3].map((step) => new Date(first + step * every));

    expect(await serverTimes(job, from, new Date(first + 3 * every))).toEqual(grid);
  });

  test('the longest duration that there is, is accepted', async () => {
    const job = await createPeriodic({ interval: '2562047h' });

    expect((await describeJob(job)).info.nextActionTimes).toEqual([]);
  });
});

describe('first runs and overlap', () => {
  const periodics = () => createPeriodics(env.client);
  const runsOf = async (job: string) =>
    (await describeJob(job)).info.runningActions.map(({ workflow }) => workflow.workflowId);
  const taken = async (job: string) => (await describeJob(job)).info.numActionsTaken;
  const buffered = async (job: string) => Number((await describeJob(job)).raw.info?.bufferSize ?? 0);
  /** The one run under way, once it is there and is none of those. */
  const nextRun = async (job: string, before: string[] = []) => {
    let found: string[] = [];
    await eventually(
      async () => {
        found = (await runsOf(job)).filter((run) => !before.includes(run));
        return found.length > 0;
      },
      `${job} runs${before.length > 0 ? ' again' : ''}`,
    );
    expect(found).toHaveLength(1);
    return found[0] ?? '';
  };
  const endRun = async (run: string) => {
    await env.client.workflow.getHandle(run).terminate('done, for this test');
  };

  test('40: a new @every and a new interval run at once, a new cron job does not', async () => {
    const noon = new Date(Date.now() + dayMs / 2);
    const waiting = await createPeriodic({ cron: `0 ${noon.getUTCHours()} * * *` });
    const every = await createPeriodic({ cron: '@every 6h' });
    const interval = await createPeriodic({ interval: '744h' });

    await eventually(async () => (await taken(every)) === 1 && (await taken(interval)) === 1, 'both have run');
    expect(await taken(waiting)).toBe(0);
  });

  test('39: a firing while the previous run is going is lost', async () => {
    const job = await createPeriodic({ cron: '* * * * * *' });
    await eventually(
      async () => (await describeJob(job)).info.numActionsSkippedOverlap >= 2,
      'two firings were skipped',
    );

    const run = await nextRun(job);
    expect(await taken(job)).toBe(1);

    await env.client.schedule.getHandle(ids.periodicSchedule(job)).pause();
    await endRun(run);
    await eventually(async () => (await runsOf(job)).length === 0, 'the run is over');
    // Nothing was queued behind it.
    expect(await buffered(job)).toBe(0);
    expect(await taken(job)).toBe(1);
  });

  test('37: a run longer than its interval is followed by the next as soon as it ends', async () => {
    const job = await createPeriodic({ interval: '3s' });
    const first = await nextRun(job);
    // The first run is named after the second in which the job was created. A firing of that very second is the same run.
    await eventually(async () => {
      const { numActionsSkippedOverlap } = (await describeJob(job)).info;
      return (await buffered(job)) === 1 && numActionsSkippedOverlap >= 1;
    }, 'one firing is buffered and another was dropped');
    expect(await runsOf(job)).toEqual([first]);

    const endedAt = Date.now();
    await endRun(first);

    // Named after the firing that waited, which was due while the first was running.
    const second = await nextRun(job, [first]);
    expect(Date.parse(second.slice(-'2026-01-01T00:00:00Z'.length))).toBeLessThan(endedAt - 1_000);
  });

  test('42 (declared difference): a run started by hand leaves the next scheduled one where it was', async () => {
    const job = await createPeriodic({ interval: '744h' });
    const { nextActionTimes } = (await describeJob(job)).info;
    const first = await nextRun(job);

    // Within the second of the first run, after which the server would name it.
    await periodics().trigger(job);
    await endRun(first);

    await nextRun(job, [first]);
    expect((await describeJob(job)).info.nextActionTimes).toEqual(nextActionTimes);
  });

  test('a run started by hand waits for the one under way, whatever becomes of firings meanwhile', async () => {
    const job = await createPeriodic({ cron: '0 0 29 2 *' });
    await periodics().trigger(job);
    const first = await nextRun(job);

    await periodics().trigger(job);
    await eventually(async () => (await buffered(job)) === 1, 'the second run waits');
    expect(await runsOf(job)).toEqual([first]);
    await endRun(first);

    await nextRun(job, [first]);
  });

  test('concurrency_policy Allow starts at every firing', async () => {
    const job = await createPeriodic({ cron: '* * * * * *', concurrency_policy: 'Allow' });

    await eventually(async () => (await taken(job)) >= 3, 'three runs have started');
    await removePeriodic(job);
  });
});
