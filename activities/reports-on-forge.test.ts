/** Reports through the real client on a host that commits and loses answers: what people see of it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import pino from 'pino';
import type { MainConfig } from '../domain/main-config.ts';
import type { ChangeJob, ReportedJobs, ReportJobsRequest } from '../domain/review/change-jobs.ts';
import { openTestPull, testWorld, type TestWorld } from '../forge/test-world.ts';
import { createGitHubHost } from '../providers/github/create-github-host.ts';
import { changeJob } from '../test/fixtures/change-jobs.ts';
import { createReportActivities } from './report-jobs.ts';

let world: TestWorld;
let number: number;
let sha: string;

beforeAll(async () => {
  world = await testWorld();
  world.tokens['bot'] = world.forge.admin.createUser({ login: 'bot' }).token;
  await world.ask('PUT', '/repos/acme/site/collaborators/bot', { as: 'owner', body: { permission: 'push' } });
  await world.ask('PATCH', '/user/repository_invitations/1', { as: 'bot' });
  const pull = (await openTestPull(world, 'topic')) as { number: number; head: { sha: string } };
  number = pull.number;
  sha = pull.head.sha;
});

afterAll(async () => {
  await world.end();
});

const path = '/repos/acme/site';
const comments = async (): Promise<{ id: number; body: string }[]> =>
  (await world.ask('GET', `${path}/issues/${number}/comments`, { as: 'owner' })).body;
const rowsOf = (body = '') => [...body.matchAll(/^(\S+) \| \S+ \| \[link\]/gm)].map(([, name]) => name);

function job(name: string, state: ChangeJob['state'], run = 1): ChangeJob {
  const { report, ...made } = changeJob(name, {
    name: `${name}-${run}`,
    state,
    complete: state !== 'pending',
    url: 'https://deck.test/run',
    description: 'Some words.',
  });
  return report ? { ...made, report: { ...report, sha } } : made;
}

/** Attempts until the host has answered, as Temporal does. */
async function report(...jobs: ChangeJob[]): Promise<{ attempts: number } & ReportedJobs> {
  const { reportJobs } = createReportActivities({
    host: () =>
      createGitHubHost({ name: 'forge', baseUrl: world.forge.api, auth: { token: () => world.tokens['bot'] ?? '' } }),
    main: () => ({ plank: {} }) as unknown as MainConfig,
    prowJob: async () => undefined,
    logger: pino({ level: 'silent' }),
  });
  const request = { host: 'forge', of: { org: 'acme', repo: 'site', number }, jobs };
  for (let attempts = 1; ; attempts += 1) {
    try {
      const environment = new MockActivityEnvironment({ attempt: attempts });
      const done = await environment.run<[ReportJobsRequest], ReportedJobs, typeof reportJobs>(reportJobs, request);
      return { ...done, attempts };
    } catch (error) {
      if (attempts > 4) throw error;
    }
  }
}

test('a pull has its statuses and one comment, through lost answers, until all has passed', async () => {
  await report(job('unit', 'pending'), job('lint', 'pending'));
  const { body: combined } = await world.ask('GET', `${path}/commits/${sha}/status`, { as: 'owner' });
  expect(
    combined.statuses.map((one: { context: string; state: string }) => `${one.context} ${one.state}`).sort(),
  ).toEqual(['ci/lint pending', 'ci/unit pending']);
  expect(await comments()).toEqual([]);

  world.forge.faults.add({ operation: 'issues/create-comment', kind: 'drop' });
  expect(await report(job('unit', 'failure'))).toEqual({ refused: [], attempts: 2 });
  expect((await comments()).map(({ body }) => rowsOf(body))).toEqual([['ci/unit']]);

  world.forge.faults.add({ operation: 'issues/delete-comment', kind: 'drop' });
  expect(await report(job('lint', 'failure'))).toMatchObject({ refused: [] });
  const [both, ...more] = await comments();
  expect(rowsOf(both?.body)).toEqual(['ci/unit', 'ci/lint']);
  expect(more).toEqual([]);

  world.forge.faults.add({ operation: 'issues/update-comment', kind: 'drop' });
  await report(job('unit', 'success', 2));
  expect((await comments()).map(({ id, body }) => [id, rowsOf(body)])).toEqual([[both?.id, ['ci/lint']]]);

  await report(job('lint', 'success', 2));
  expect(await comments()).toEqual([]);
});

test('a commit that the host does not know is told, and nothing is said on the pull', async () => {
  const { report: facts, ...gone } = job('gone', 'failure');
  if (!facts) throw new Error('not reported');

  const { refused, attempts } = await report({ ...gone, report: { ...facts, sha: 'f'.repeat(40) } });

  expect(attempts).toBe(1);
  expect(refused).toMatchObject([{ job: 'gone', reason: expect.stringContaining('No commit found for SHA') }]);
  expect(await comments()).toEqual([]);
});
