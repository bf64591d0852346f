import { expect, test } from '@jest/globals';
import { commentEvent, envelopeOf } from '../../test/fixtures/envelopes.ts';
import { newActorState } from '../../domain/review/actor-state.ts';
import { createInbox } from './inbox.ts';

const events = (count: number) =>
  Array.from({ length: count }, (_, index) => envelopeOf([commentEvent(String(index))]));

test('events come out in the order in which they went in, each once', () => {
  const inbox = createInbox(newActorState(0));
  const [first, second, third] = events(3);
  if (!first || !second || !third) throw new Error('three');

  expect(inbox.put([first, second, first])).toBe(2);
  expect(inbox.put([second, third])).toBe(1);

  for (const next of [first, second, third, undefined]) {
    expect(inbox.first()).toBe(next);
    expect(inbox.first()).toBe(next);
    inbox.drop();
  }
  expect(inbox.put([third])).toBe(0);
});

test('what was overtaken on its way is put back in order, as far as it waits', () => {
  const inbox = createInbox(newActorState(0));
  const from = (gateway: string, n: number) => ({
    ...envelopeOf([commentEvent(`${gateway} ${n}`)]),
    arrival: { gateway, n },
  });
  const [underWay, a2, b1, a4] = [from('a', 3), from('a', 2), from('b', 1), from('a', 4)];
  const others = envelopeOf([commentEvent('of no gateway')]);
  inbox.put([underWay, a4, b1, others]);

  inbox.put([a2, from('a', 5)]);

  const order = [];
  for (let next = inbox.first(); next; next = inbox.first()) {
    order.push(next.events[0]);
    inbox.drop();
  }
  expect(order).toMatchObject(['a 3', 'a 2', 'a 4', 'b 1', 'of no gateway', 'a 5'].map((body) => ({ body })));
});

test('the latest 500 are remembered, in less than half of 50 KB', () => {
  const state = newActorState(0);
  const inbox = createInbox(state);
  const many = events(501);
  inbox.put(many);
  while (inbox.first()) inbox.drop();

  expect(inbox.put(many.slice(1))).toBe(0);
  expect(inbox.put(many.slice(0, 1))).toBe(1);
  expect(state.seen).toHaveLength(500);
  expect(JSON.stringify(state.seen).length).toBeLessThan(25_000);
});
