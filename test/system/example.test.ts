/** The first start of a new user: `up` without a configuration runs the shipped example. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../harness/eventually.ts';
import { httpAsk } from '../harness/http-ask.ts';
import { createSystem, projectRoot, type RunningSystem } from '../harness/system.ts';

let system: RunningSystem;
beforeAll(async () => {
  system = await createSystem({ byScript: true });
  await system.start();
}, 90_000);
afterAll(async () => {
  await system?.dispose();
}, 30_000);

const logOf = async (job: string) => {
  const { status } = await system.whenInState(job, 'success', 'failure');
  return await system.get(`/log?job=${job}&id=${status.build_id}`);
};

test('README shows what is printed', () => {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8');
  const [, shown = ''] = /```\n(ready in [^`]+)```/.exec(readme) ?? [];
  const general = (text: string) => text.replaceAll(/\d+/g, '0');

  expect(shown).not.toBe('');
  expect(general(system.output())).toContain(general(shown));
});

test('each job runs once, at once', async () => {
  await Promise.all(
    ['echo-test', 'fails-on-purpose', 'clone-and-test'].map((job) => system.whenInState(job, 'success', 'failure')),
  );

  const jobs = (await system.prowJobs()).filter(({ spec }) => spec.type === 'periodic');

  expect(Object.fromEntries(jobs.map(({ spec, status }) => [spec.job, status.state]))).toEqual({
    'echo-test': 'success',
    'fails-on-purpose': 'failure',
    'clone-and-test': 'success',
  });
});

test('echo-test has the date in its log', async () => {
  const log = await logOf('echo-test');

  expect(log.statusCode).toBe(200);
  expect(log.body).toMatch(/^\w{3} .*\d{2}:\d{2}:\d{2}.*\n$/);
});

test('fails-on-purpose says why', async () => {
  const { status } = await system.whenInState('fails-on-purpose', 'failure');
  const log = await logOf('fails-on-purpose');

  expect(status.description).toBe('Job failed.');
  expect(log.body).toContain('FAIL: /no/such/file is missing, on purpose.');
});

test('clone-and-test has cloned its repository, run its tests and stored their JUnit report', async () => {
  const { status } = await system.whenInState('clone-and-test', 'success');
  const [report = ''] = system.stored('clone-and-test', 'artifacts/junit_add.xml');
  const [started = ''] = system.stored('clone-and-test', 'started.json');

  expect(readFileSync(report, 'utf8')).toContain('<testsuite');
  const artifact = await system.get(`/artifact/${report.slice(report.indexOf('/example/') + 1)}`);
  expect(artifact.body).toBe(readFileSync(report, 'utf8'));
  expect(Object.values((JSON.parse(readFileSync(started, 'utf8')) as { repos: object }).repos)).toEqual(['main']);
  expect(status.url).toBe(`http://127.0.0.1:${system.port}/view/prowjob/clone-and-test/${status.build_id}`);
  expect((await system.get(new URL(status.url ?? '').pathname)).statusCode).toBe(200);
});

test('/prowjob is the whole ProwJob as YAML', async () => {
  const { metadata } = await system.whenInState('echo-test', 'success');

  const { body } = await system.get(`/prowjob?prowjob=${metadata.name}`);

  expect(body).toMatch(/^apiVersion: prow\.k8s\.io\/v1$/m);
  expect(body).toContain(`name: ${metadata.name}`);
  expect(body).toContain('- /bin/date');
});

test('the command line shows the same', async () => {
  const [{ metadata, status }] = (await system.prowJobs('echo-test')) as [
    Awaited<ReturnType<typeof system.whenInState>>,
  ];

  const list = await system.bowsprit('jobs', 'list');
  const log = await system.bowsprit('job', 'logs', '-f', 'echo-test');
  const missing = await system.bowsprit('job', 'logs', 'no-such-job');

  expect(list.stdout).toMatch(
    new RegExp(`^echo-test +success +periodic .* ${status.build_id} +${metadata.name}$`, 'm'),
  );
  expect(log).toEqual({ code: 0, stdout: (await logOf('echo-test')).body, stderr: '' });
  expect(missing).toMatchObject({ code: 1, stdout: '' });
  expect(missing.stderr).toMatch(/^No ProwJob or job named no-such-job is known\. .*\n$/);
});

describe('metrics and health', () => {
  const roles: [name: string, port: () => number, metrics: RegExp[]][] = [
    [
      'worker',
      () => system.telemetryPort,
      [
        /^prowjob_state_transitions\{[^}]*job_name="fails-on-purpose"[^}]*state="failure"[^}]*\} 1$/m,
        /^temporal_workflow_completed_total\{[^}]*\} \d+$/m,
        /^process_resident_memory_bytes \d+$/m,
      ],
    ],
    [
      'Deck',
      () => system.port,
      [
        /^prowjobs\{[^}]*job_name="fails-on-purpose"[^}]*state="failure"[^}]*\} 1$/m,
        /^process_resident_memory_bytes \d+$/m,
      ],
    ],
  ];

  test.each(roles)('of %s', async (_name, port, metrics) => {
    await eventually(async () => (await httpAsk(port(), '/healthz/ready')).statusCode === 200, 'it is ready');
    await system.whenInState('fails-on-purpose', 'failure');

    const health = await httpAsk(port(), '/healthz');
    const scraped = await httpAsk(port(), '/metrics');

    expect(health.statusCode).toBe(200);
    expect(scraped.headers['content-type']).toMatch(/^text\/plain/);
    for (const metric of metrics) expect(scraped.body).toMatch(metric);
    expect(scraped.body).not.toContain('# Metrics of another source are missing');
  });
});
