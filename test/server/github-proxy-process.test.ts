/** The proxy for GitHub's API as production runs it: one process, used by others, and killed. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestPull, testWorld, type TestWorld } from '../../forge/test-world.ts';
import { createGitHubHost } from '../../providers/github/create-github-host.ts';
import { freePort } from '../../workers/free-port.ts';
import { eventually } from '../harness/eventually.ts';
import { httpAsk } from '../harness/http-ask.ts';
import { startRole, type WorkerProcess } from '../harness/worker-process.ts';

let world: TestWorld;
let dataDir: string;
let proxy: WorkerProcess;
let port: number;
let telemetryPort: number;
const token = () => world.tokens['owner'] ?? '';
const item = { org: 'acme', repo: 'site', number: 1 };

const start = async () =>
  await startRole('github-proxy', [], {
    dataDir,
    telemetryPort,
    githubProxyPort: port,
    githubProxyUpstream: world.forge.api,
    githubProxyDisk: 16,
    logLevel: 'debug',
  });

beforeAll(async () => {
  world = await testWorld();
  await openTestPull(world, 'one');
  dataDir = mkdtempSync(join(tmpdir(), 'github-proxy-'));
  [port, telemetryPort] = [await freePort(), await freePort()];
  proxy = await start();
}, 120_000);
afterAll(async () => {
  await proxy?.end('SIGKILL');
  await world?.end();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

/** What a process of its own reads of the pull request, with its own cache and its own connection. */
async function readElsewhere(): Promise<string[]> {
  const provider = fileURLToPath(new URL('../../dist/providers/github/create-github-host.js', import.meta.url));
  const code = `
    const { createGitHubHost } = await import(process.argv[1]);
    const auth = { token: () => process.env.TOKEN };
    const host = createGitHubHost({ name: 'github', baseUrl: process.argv[2], auth });
    const { pull } = await host.item(${JSON.stringify(item)});
    const files = await host.reads(${JSON.stringify(item)}).changedFiles();
    console.log(JSON.stringify([pull.base.ref, ...files.map(({ path }) => path)]));`;
  const run = promisify(execFile);
  const args = ['--input-type=module', '--eval', code, provider, `http://127.0.0.1:${port}`];
  const { stdout } = await run(process.execPath, args, { env: { PATH: process.env['PATH'], TOKEN: token() } });
  return JSON.parse(stdout) as string[];
}

const statuses = () => world.forge.calls.lines().map(({ status }) => status);

test('what one process has read, another gets without a cost', async () => {
  world.forge.calls.reset();
  expect(await readElsewhere()).toEqual(['main', 'one.txt']);
  const first = statuses();

  expect(await readElsewhere()).toEqual(['main', 'one.txt']);

  expect(first).toEqual([200, 200]);
  expect(statuses()).toEqual([200, 200, 304, 304]);
});

test('killed, it comes back with what it had, and clients go on by themselves', async () => {
  const host = createGitHubHost({ name: 'github', baseUrl: `http://127.0.0.1:${port}`, auth: { token } });
  const labels = async () => await host.reads(item).labels();
  await labels();
  await proxy.end('SIGKILL');

  await expect(labels()).rejects.toMatchObject({ type: 'HostUnavailable' });
  proxy = await start();

  world.forge.calls.reset();
  expect(await labels()).toEqual([]);
  expect(await readElsewhere()).toEqual(['main', 'one.txt']);
  expect(statuses()).toEqual([304, 304, 304]);
}, 60_000);

test('health and metrics are on the port for machines; there and in the log is no secret', async () => {
  const metrics = await httpAsk(telemetryPort, '/metrics');

  expect((await httpAsk(telemetryPort, '/healthz/ready')).statusCode).toBe(200);
  expect(metrics.body).toMatch(/^ghcache_responses\{mode="REVALIDATED",token_hash="token [0-9a-f]{16}",.*\} \d+$/m);
  expect(metrics.body).toMatch(/^github_token_usage\{.*ratelimit_resource="core"\} \d+$/m);
  expect(metrics.body).toMatch(/^github_request_duration_count\{.*status="304".*\} \d+$/m);
  expect(metrics.body + proxy.log()).not.toContain(token());
  // Its own port is the API's.
  expect((await httpAsk(port, '/healthz/ready')).statusCode).toBe(501);
});

test('SIGTERM ends it when what is under way is answered', async () => {
  world.forge.faults.add({ operation: 'repos/get', kind: 'slow', delayMs: 500 });
  const before = world.forge.calls.lines().length;
  const read = httpAsk(port, '/repos/acme/site', { headers: { authorization: `token ${token()}` } });
  await eventually(
    async () => (await httpAsk(telemetryPort, '/metrics')).body.includes('concurrent_outbound_requests 1'),
    'the request is under way',
  );

  await proxy.end('SIGTERM');

  expect((await read).statusCode).toBe(200);
  expect(world.forge.calls.lines()).toHaveLength(before + 1);
  await expect(httpAsk(port, '/')).rejects.toThrow();
});
