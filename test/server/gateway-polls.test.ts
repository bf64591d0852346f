/** The gateway on a machine that the code host cannot reach: a process that reads the forge's log of webhooks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { actorId } from '../../domain/review/actor-target.ts';
import { openTestPull, testWorld, type TestWorld } from '../../forge/test-world.ts';
import { freePort } from '../../workers/free-port.ts';
import { startDevServer } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { startRole, type WorkerProcess } from '../harness/worker-process.ts';

let env: TestWorkflowEnvironment | undefined;
let world: TestWorld | undefined;
let dataDir: string;
let gateway: WorkerProcess | undefined;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gateway-polls-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(dataDir, name), content);
    return join(dataDir, name);
  };
  [env, world] = await Promise.all([startDevServer(), testWorld()]);
  // Nobody listens there.
  const config = { url: 'http://127.0.0.1:9/hook', content_type: 'json', secret: 'quiet' };
  await world.ask('POST', '/repos/acme/site/hooks', { as: 'owner', body: { name: 'web', events: ['*'], config } });
  await world.forge.idle();
  gateway = await startRole('gateway', [], {
    dataDir,
    temporalAddress: env.address,
    hostName: 'forge',
    pollDeliveries: true,
    githubEndpoint: world.forge.api,
    githubTokenPath: file('token', world.tokens['owner'] ?? ''),
    pluginConfig: file('plugins.yaml', 'plugins: {acme/site: {plugins: [size]}}\n'),
    gatewayPort: await freePort(),
    telemetryPort: await freePort(),
  });
}, 120_000);

afterAll(async () => {
  await gateway?.end('SIGTERM');
  await env?.teardown();
  await world?.end();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

test('a pull request is at its actor seconds after it was opened, without a secret and without an address', async () => {
  if (!env || !world) throw new Error('not started');
  const { number } = await openTestPull(world, 'from-a-laptop');
  const target = { kind: 'change' as const, host: 'forge', org: 'acme', repo: 'site', number: Number(number) };
  const handle = env.client.workflow.getHandle(actorId(target));

  const isStarted = async () =>
    await handle.describe().then(
      () => true,
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      },
    );
  await eventually(isStarted, 'the actor was told');

  const { events } = await handle.fetchHistory();
  const signalled = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes);
  expect(signalled).toHaveLength(1);
});
