/** The gateway as production runs it: a process with the secret of webhooks, and no other credentials. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { actorId } from '../../domain/review/actor-target.ts';
import { webhook } from '../fakes/gateway.ts';
import { exampleOf } from '../fixtures/github-webhooks.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { httpAsk } from '../harness/http-ask.ts';
import { startRole, type WorkerProcess } from '../harness/worker-process.ts';
import { freePort } from '../../workers/free-port.ts';

const hostName = `host-${randomUUID().slice(0, 8)}`;
let env: TestWorkflowEnvironment | undefined;
let dataDir: string;
let secretFile: string;
let gateway: WorkerProcess | undefined;
let port: number;
let telemetryPort: number;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gateway-process-'));
  secretFile = join(dataDir, 'hmac');
  writeFileSync(secretFile, 'quiet-one\n');
  [port, telemetryPort] = [await freePort(), await freePort()];
  env = await startDevServer();
  gateway = await startRole('gateway', [], {
    dataDir,
    temporalAddress: env.address,
    hostName,
    hmacSecretFile: secretFile,
    gatewayPort: port,
    telemetryPort,
  });
}, 120_000);
afterAll(async () => {
  await gateway?.end('SIGKILL');
  await env?.teardown();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

const send = async (secret: string, delivery: string) => {
  const { url, method, headers, body } = webhook('pull_request', payload, secret, delivery);
  const answer = await fetch(`http://127.0.0.1:${port}${url}`, { method, headers, body });
  return answer.status;
};
const payload = exampleOf('pull_request', 'opened') as {
  number: number;
  repository: { name: string; owner: { login: string } };
  pull_request: { body: string };
};

test('a signed webhook is in the history of its actor, and what is too long for that in storage', async () => {
  const { number, repository, pull_request: pull } = payload;
  pull.body = 'long'.repeat(1000);
  const target = {
    kind: 'change' as const,
    host: hostName,
    org: repository.owner.login,
    repo: repository.name,
    number,
  };

  expect(await send('quiet-one', 'd-1')).toBe(200);

  const description = await env?.client.workflow.getHandle(actorId(target)).describe();
  expect(description?.type).toBe('changeActor');
  const folder = join(dataDir, 'storage/bowsprit-events/webhooks', hostName);
  const stored = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(stored.some((path) => path.endsWith('d-1-event.json'))).toBe(true);
  expect(existsSync(join(dataDir, 'storage/bowsprit'))).toBe(false);
});

test('a new secret is in force by itself, and the old one no longer', async () => {
  expect(await send('quiet-two', 'd-2')).toBe(403);

  writeFileSync(secretFile, 'quiet-two\n');
  await eventually(async () => (await send('quiet-two', 'd-3')) === 200, 'the new secret is known');

  expect(await send('quiet-one', 'd-4')).toBe(403);
});

test('health and metrics are on the port for machines, and hold no secret', async () => {
  const ready = await httpAsk(telemetryPort, '/healthz/ready');
  const metrics = await httpAsk(telemetryPort, '/metrics');

  expect(ready.statusCode).toBe(200);
  expect(metrics.body).toMatch(/^prow_webhook_response_codes\{response_code="200"\} \d+$/m);
  expect(metrics.body).toMatch(/^prow_webhook_counter\{event_type="pull_request"\} \d+$/m);
  expect(gateway?.log()).not.toMatch(/quiet-/);
});

test('without Temporal it takes nothing, and says so', async () => {
  await env?.teardown();
  env = undefined;

  expect(await send('quiet-two', 'd-5')).toBe(503);
  await eventually(async () => (await httpAsk(telemetryPort, '/healthz/ready')).statusCode === 503, 'it is not ready');
  expect((await httpAsk(port, '/healthz')).statusCode).toBe(200);
}, 60_000);

test('SIGTERM ends it in order', async () => {
  await gateway?.end('SIGTERM');

  await expect(httpAsk(port, '/healthz')).rejects.toThrow();
});
