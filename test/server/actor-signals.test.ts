import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { createActorSignals } from '../../clients/temporal/actor-signals.ts';
import { actorId } from '../../domain/review/actor-target.ts';
import { createFakeGateway, webhook } from '../fakes/gateway.ts';
import { exampleOf } from '../fixtures/github-webhooks.ts';
import { startDevServer } from '../harness/dev-server.ts';

let env: TestWorkflowEnvironment | undefined;

beforeAll(async () => {
  env = await startDevServer();
}, 120_000);

afterAll(async () => {
  await env?.teardown();
});

test('1. a signed webhook is in the history of its actor once it is answered, a second one in the same run', async () => {
  if (!env) throw new Error('no server');
  const host = `github-${randomUUID()}`;
  const target = { kind: 'change' as const, host, org: 'acme', repo: 'app', number: 7 };
  const payload = exampleOf('issues', 'opened') as { issue: object; repository: object };
  const named = {
    ...payload,
    issue: { ...payload.issue, number: 7 },
    repository: { name: 'app', owner: { login: 'acme' } },
  };

  const gateway = await createFakeGateway({
    signals: createActorSignals(env.client),
    hosts: [{ name: host, path: '/hook', secrets: () => new Map([['*', ['secret']]]) }],
  });
  for (const delivery of ['d-1', 'd-2']) {
    expect((await gateway.ask(webhook('issues', named, 'secret', delivery))).statusCode).toBe(200);
  }

  const handle = env.client.workflow.getHandle(actorId(target));
  const { type, taskQueue } = await handle.describe();
  expect([type, taskQueue]).toEqual(['changeActor', 'actors']);
  const { events } = await handle.fetchHistory();
  const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal ? [JSON.parse(Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString()) as unknown] : [],
  );
  expect(signals).toMatchObject([[{ id: `${host}:d-1` }], [{ id: `${host}:d-2` }]]);
  await handle.terminate();
  await gateway.close();
});

test('8. without Temporal a webhook is not acknowledged', async () => {
  if (!env) throw new Error('no server');
  const { Client, Connection } = await import('@temporalio/client');
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const gateway = await createFakeGateway({
    signals: createActorSignals(new Client({ connection }), { timeoutMs: 300 }),
  });

  const answer = await gateway.ask(webhook('issues', exampleOf('issues', 'opened')));

  expect(answer.statusCode).toBe(503);
  await gateway.close();
  await connection.close();
});
