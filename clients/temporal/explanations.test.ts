/** What is made of the ways in which a question to an actor can fail. */
import { expect, test } from '@jest/globals';
import { ServiceError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { explainActor, NoAnswerError } from './explanations.ts';

const target = { kind: 'change', host: 'github', org: 'o', repo: 'r', number: 1 } as const;

const failing = (error: Error) =>
  ({
    withDeadline: async (_deadline: number, ask: () => Promise<unknown>) => await ask(),
    workflow: { getHandle: () => ({ describe: async () => ({}), query: async () => Promise.reject(error) }) },
  }) as unknown as Client;
const withCode = (code: number) =>
  new ServiceError('Failed to query Workflow', { cause: Object.assign(new Error('grpc'), { code }) });

test.each([
  ['nobody polls', 9],
  ['the answer does not come in time', 4],
  ['the server cancels the call just before that', 1],
  ['the server is away', 14],
])('no answer: %s', async (_name, code) => {
  await expect(explainActor(failing(withCode(code)), target)).rejects.toBeInstanceOf(NoAnswerError);
});

test('other failures are passed on, and an unknown actor is none', async () => {
  const denied = withCode(7);
  await expect(explainActor(failing(denied), target)).rejects.toBe(denied);

  const unknown = new WorkflowNotFoundError('no', 'change:github:o!r:1', undefined);
  expect(await explainActor(failing(unknown), target)).toBeUndefined();
});
