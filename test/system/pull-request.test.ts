/**
 * The life of pull requests in the system that `npm start` brings up: webhooks of the sample code host, plugins, real presubmits of
 * cloned code, statuses and comments. Everything is asked as people ask it, over HTTP and with their own tokens.
 */
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../harness/eventually.ts';
import { sampleHost, type SampleHost } from '../harness/sample-host.ts';
import { createSystem, type RunningSystem } from '../harness/system.ts';

let system: RunningSystem;
let host: SampleHost;
beforeAll(async () => {
  system = await createSystem({});
  await system.start();
  host = sampleHost(system.dataDir, system.forgePort);
}, 120_000);
afterAll(async () => {
  await system?.dispose();
}, 30_000);

const patience = { timeoutMs: 60_000, intervalMs: 100 };
const path = '/repos/demo/hello';

/** One commit, with everything that a push sets off. */
async function commit(as: string, branch: string, files: Record<string, string>, repo = 'demo/hello'): Promise<void> {
  await host.control('POST', 'commits', { repo, branch, files, message: `Change ${branch}`, author: as });
}

/** A branch with these files on main, and a pull request of it. */
async function openPull(
  as: string,
  branch: string,
  files: Record<string, string>,
  repo = 'demo/hello',
): Promise<number> {
  await commit(as, branch, files, repo);
  const [owner] = repo.split('/');
  const body = { title: `Change ${branch}`, head: `${owner}:${branch}`, base: 'main', body: 'A change.' };
  return (await host.ask<{ number: number }>(as, 'POST', `${path}/pulls`, body)).number;
}

describe('the pull request that the sample begins with', () => {
  test('its address is printed, and the page is there', async () => {
    const address = `http://127.0.0.1:${system.forgePort}/demo/hello/pull/1`;

    const page = await fetch(address);

    expect(system.output()).toContain(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Greet with an exclamation mark');
  });

  test('its presubmit runs the code of the change, and its status leads to the log', async () => {
    const sha = await host.headOf(1);

    const { target_url: target } = await host.whenStatus(sha, 'unit', 'success');

    const { spec, status } = await system.whenInState('unit', 'success');
    expect(spec.refs).toMatchObject({ org: 'demo', repo: 'hello', base_ref: 'main', pulls: [{ number: 1, sha }] });
    expect(target).toBe(status.url);
    const log = await system.get(`/log?job=unit&id=${status.build_id}`);
    expect(log.body).toContain('PASS: Hello, world!');
  });

  test('it is measured, and somebody is asked to review it', async () => {
    await host.whenLabelled(1, { with: ['size/XS', 'kind/feature', 'area/docs'] });
    const asked = async () =>
      (await host.ask<{ users: { login: string }[] }>('alice', 'GET', `${path}/pulls/1/requested_reviewers`)).users;

    await eventually(async () => (await asked()).length > 0, 'somebody is asked', patience);

    expect(['alice', 'dave']).toContain((await asked())[0]?.login);
  });

  test('/lgtm of a reviewer and /approve of an approver are labels', async () => {
    await host.comment('dave', 1, '/lgtm');
    await host.whenLabelled(1, { with: ['lgtm'] });

    await host.comment('alice', 1, '/approve');
    await host.whenLabelled(1, { with: ['lgtm', 'approved'] });
  });

  test('commands come in the order in which they were said', async () => {
    for (let round = 0; round < 3; round += 1) {
      await host.comment('carol', 1, '/hold');
      await host.comment('carol', 1, '/hold cancel');
    }
    await host.comment('carol', 1, '/retitle Greet louder');

    const title = async () => (await host.ask<{ title: string }>('alice', 'GET', `${path}/pulls/1`)).title;
    await eventually(async () => (await title()) === 'Greet louder', 'the title is another', patience);

    expect(await host.labels(1)).not.toContain('do-not-merge/hold');
  });

  test('/test runs a job once more', async () => {
    const before = (await system.prowJobs('unit')).length;

    await host.comment('carol', 1, '/test unit');

    await eventually(async () => (await system.prowJobs('unit')).length > before, 'there is another run', patience);
    await system.whenInState('unit', 'success');
  });
});

test('a status is pending while its job runs, and a new commit aborts the run of the one before', async () => {
  const go = join(system.folder, 'go');
  const waits = { 'test.sh': `echo waiting\nwhile [ ! -e ${go} ]; do sleep 0.1; done\n` };
  const number = await openPull('carol', 'slow', waits);
  const first = await host.headOf(number);
  await host.whenStatus(first, 'unit', 'pending');

  await commit('carol', 'slow', { 'slow.txt': 'Still slow.\n' });
  const second = await host.headOf(number);
  await host.whenStatus(second, 'unit', 'pending');
  writeFileSync(go, '');
  await host.whenStatus(second, 'unit', 'success');

  const ofChange = async () =>
    (await system.prowJobs('unit')).filter(({ spec }) => spec.refs?.pulls?.[0]?.number === number);
  const areOver = async () => (await ofChange()).filter(({ status }) => status.completionTime).length === 2;
  await eventually(areOver, 'both runs are over', patience);
  const runs = await ofChange();
  expect(runs.map(({ spec, status }) => [spec.refs?.pulls?.[0]?.sha, status.state])).toEqual([
    [second, 'success'],
    [first, 'aborted'],
  ]);
}, 180_000);

test('a change that breaks the test fails, and says so in one comment; the mended one withdraws it', async () => {
  const number = await openPull('carol', 'rude', { 'greet.sh': 'echo "Go away, $1"\n' });
  const reports = async () =>
    (await host.comments(number)).filter(({ user, body }) => user.login === 'bot' && body.includes('`/test unit`'));

  const failed = await host.whenStatus(await host.headOf(number), 'unit', 'failure');
  await eventually(async () => (await reports()).length === 1, 'there is a report', patience);
  expect((await reports())[0]?.body).toContain(`[link](${failed.target_url})`);
  expect(failed.target_url).toContain('/view/prowjob/unit/');

  await commit('carol', 'rude', { 'greet.sh': 'echo "Hello, $1"\n# Politely.\n' });

  await host.whenStatus(await host.headOf(number), 'unit', 'success');
  await eventually(async () => (await reports()).length === 0, 'the report is gone', patience);
}, 180_000);

test("a stranger's change waits until a member says that it is ok to test", async () => {
  await host.addPerson('eve');
  await host.ask('eve', 'POST', `${path}/forks`);
  const number = await openPull('eve', 'typo', { 'README.md': '# Hello\n' }, 'eve/hello');
  await host.whenLabelled(number, { with: ['needs-ok-to-test'] });
  const sha = await host.headOf(number);
  expect(await host.statuses(sha)).toEqual([]);

  await host.comment('eve', number, '/ok-to-test');
  await host.comment('alice', number, '/ok-to-test');
  await host.whenLabelled(number, { with: ['ok-to-test'], without: ['needs-ok-to-test'] });

  await host.whenStatus(sha, 'unit', 'success');
}, 180_000);

test('webhooks are taken while the workers are away, and handled when they are back', async () => {
  const worker = system.processOf(/workers\/embedded\.js/)?.pid ?? 0;

  process.kill(worker, 'SIGKILL');
  await host.comment('carol', 1, '/hold');

  await host.whenLabelled(1, { with: ['do-not-merge/hold'] });
  expect(system.processOf(/workers\/embedded\.js/)?.pid).not.toBe(worker);
}, 120_000);

test('a merged change runs the postsubmit of its branch', async () => {
  await host.ask('alice', 'PUT', `${path}/pulls/1/merge`);

  const { spec } = await system.whenInState('greet', 'success');

  expect(spec).toMatchObject({ type: 'postsubmit', refs: { org: 'demo', repo: 'hello', base_ref: 'main' } });
}, 120_000);

test('after Ctrl-C and another start all is as it was, with the same tokens', async () => {
  const before = await host.labels(1);
  const tokens = join(system.dataDir, 'forge/tokens');

  expect(await system.interrupt()).toBe(0);
  expect(system.processes()).toEqual([]);
  await system.start();

  expect(await host.labels(1)).toEqual(before);
  expect(statSync(join(tokens, 'alice')).mode & 0o777).toBe(0o600);
  const number = await openPull('carol', 'later', { 'later.txt': 'Later.\n' });
  await host.whenStatus(await host.headOf(number), 'unit', 'success');
}, 180_000);

test('nobody needs to know a secret that is in a log or in the arguments of a process', () => {
  const folder = join(system.dataDir, 'forge/tokens');
  const secrets = [
    ...readdirSync(folder).map((login) => join(folder, login)),
    join(system.dataDir, 'forge/webhook-secret'),
  ].map((file) => readFileSync(file, 'utf8').trim());
  const logs = (['worker', 'deck', 'forge', 'temporal'] as const).map((name) => system.logFile(name));
  const places = [system.output(), ...logs, ...system.processes().map(({ command }) => command)];

  expect(secrets.length).toBeGreaterThan(4);
  expect(secrets.filter((secret) => places.some((text) => text.includes(secret)))).toEqual([]);
});
