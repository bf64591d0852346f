import { expect, test } from '@jest/globals';
import type { ActorTarget } from '../domain/review/actor-target.ts';
import type { ChangeEventEnvelope } from '../domain/review/envelope.ts';
import { createCoalesce } from './coalesce.ts';

const change: ActorTarget = { kind: 'change', host: 'github', org: 'acme', repo: 'app', number: 1 };
const other: ActorTarget = { ...change, number: 2 };
/** Longer than any test: groups end because something happens. */
const never = 1_000_000;

function envelope(delivery: string): ChangeEventEnvelope {
  return {
    v: 1,
    id: `github:${delivery}`,
    delivery,
    receivedAt: '2026-11-25T12:00:00Z',
    host: 'github',
    repo: { org: 'acme', repo: 'app' },
    source: { event: 'issues' },
    events: [],
  };
}

function setUp(maxWaitMs = never) {
  const sent: { ids: string[]; number: number | undefined; end: (error?: Error) => void }[] = [];
  const coalesce = createCoalesce({
    maxWaitMs,
    send: async (target, envelopes) =>
      new Promise<void>((resolve, reject) => {
        sent.push({
          ids: envelopes.map(({ delivery }) => delivery),
          number: target.kind === 'change' ? target.number : undefined,
          end: (error) => (error ? reject(error) : resolve()),
        });
      }),
  });
  return { sent, idsSent: () => sent.map(({ ids }) => ids), add: coalesce };
}

test('the first goes at once, those that come before its answer go together after it', async () => {
  const { add, sent, idsSent } = setUp();
  const first = add(change, envelope('a'), 1);
  const rest = [add(change, envelope('b'), 1), add(change, envelope('c'), 1)];
  expect(idsSent()).toEqual([['a']]);

  sent[0]?.end();
  await first;

  expect(idsSent()).toEqual([['a'], ['b', 'c']]);
  sent[1]?.end();
  await Promise.all(rest);
});

test('each is answered with what became of its own signal', async () => {
  const { add, sent } = setUp();
  const first = add(change, envelope('a'), 1);
  const rest = [add(change, envelope('b'), 1), add(change, envelope('c'), 1)];
  sent[0]?.end();
  await first;

  sent[1]?.end(new Error('down'));

  expect(await Promise.allSettled(rest)).toMatchObject([
    { reason: { message: 'down' } },
    { reason: { message: 'down' } },
  ]);
});

test('a signal that fails holds up nothing that waits', async () => {
  const { add, sent, idsSent } = setUp();
  const first = add(change, envelope('a'), 1);
  const second = add(change, envelope('b'), 1);

  sent[0]?.end(new Error('down'));
  await expect(first).rejects.toThrow('down');

  expect(idsSent()).toEqual([['a'], ['b']]);
  sent[1]?.end();
  await second;
});

test('no signal is waited for longer than the time', async () => {
  const { add, sent, idsSent } = setUp(1);
  const first = add(change, envelope('a'), 1);
  const second = add(change, envelope('b'), 1);
  while (sent.length < 2) await new Promise((resolve) => setImmediate(resolve));

  expect(idsSent()).toEqual([['a'], ['b']]);
  sent[1]?.end();
  await second;
  sent[0]?.end();
  await first;
});

test('actors do not wait for each other', () => {
  const { add, sent } = setUp();

  void add(change, envelope('a'), 1);
  void add(other, envelope('b'), 1);

  expect(sent.map(({ number }) => number)).toEqual([1, 2]);
});

test('what is too much for one signal goes in several, in order', async () => {
  const { add, sent, idsSent } = setUp();
  const first = add(change, envelope('a'), 1);
  for (const [delivery, bytes] of [
    ['b', 100_000],
    ['c', 100_000],
    ['d', 300_000],
    ['e', 1],
  ] as const)
    void add(change, envelope(delivery), bytes);

  sent[0]?.end();
  await first;

  expect(idsSent()).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
});
