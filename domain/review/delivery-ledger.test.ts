import { describe, expect, test } from '@jest/globals';
import {
  createDeliveryLedger,
  deliveryWindowMs,
  maxDeliveryAttempts,
  maxLonelyAttempts,
  maxRedeliveries,
} from './delivery-ledger.ts';
import type { DeliveryAttempt } from './delivery-log.ts';

const minute = 60_000;
const now = 1_800_000_000_000;

/** `ago` in minutes; the first of a delivery is the host's own. */
function attempt(guid: string, ago: number, part: Partial<DeliveryAttempt> = {}): DeliveryAttempt {
  const atMs = now - ago * minute;
  return { id: `${guid}@${ago}`, guid, event: 'pull_request', atMs, again: false, delivered: false, ...part };
}
const again = (guid: string, ago: number, part: Partial<DeliveryAttempt> = {}) =>
  attempt(guid, ago, { again: true, ...part });
const taken = { delivered: true };

function judged(attempts: readonly DeliveryAttempt[], lastLookMs = now - 5 * minute) {
  const ledger = createDeliveryLedger();
  for (const one of attempts) ledger.add(one);
  const { again: due, lost, waiting, sinceMs } = ledger.judge({ nowMs: now, lastLookMs });
  const ids = (list: readonly DeliveryAttempt[]) => list.map(({ id }) => id);
  return { again: ids(due), lost: ids(lost), waiting, sinceAgo: (now - sinceMs) / minute };
}

describe('what is asked for again', () => {
  test.each<[string, DeliveryAttempt[], string[], number]>([
    ['nothing where all came through', [attempt('a', 2, taken), attempt('b', 3, taken)], [], 0],
    ['nothing in an empty log', [], [], 0],
    ['what failed, once others come through', [attempt('b', 1, taken), attempt('a', 2)], ['a@2'], 0],
    ['not what a later attempt delivered', [again('a', 1, taken), attempt('a', 9)], [], 0],
    ['not what an earlier attempt delivered', [again('a', 1), attempt('a', 9, taken)], [], 0],
    ['by its latest attempt', [attempt('b', 1, taken), again('a', 3), attempt('a', 9)], ['a@3'], 0],
    ['oldest delivery first', [attempt('c', 1, taken), attempt('b', 2), attempt('a', 3)], ['a@3', 'b@2'], 0],
    ['after five minutes where nothing else tells', [attempt('a', 6)], ['a@6'], 0],
    ['not at once where nothing else tells', [attempt('a', 4)], [], 1],
    ['after ten minutes the second time', [again('a', 9), attempt('a', 15)], [], 1],
    ['after ten minutes the second time, then', [again('a', 11), attempt('a', 17)], ['a@11'], 0],
    ['not who says that there is a hook', [attempt('b', 1, taken), attempt('p', 2, { event: 'ping' })], [], 0],
    ['not what was decided on before', [attempt('b', 1, taken), again('a', 3)], [], 0],
  ])('%s', (_name, attempts, expected, waiting) => {
    expect(judged(attempts)).toMatchObject({ again: expected, waiting });
    // The log may be read in another order than it is written in.
    expect(judged(attempts.toReversed())).toMatchObject({ again: expected, waiting });
  });

  test('one at a time while nothing gets through, and another one each time', () => {
    const outage = ['c', 'b', 'a'].map((guid, index) => attempt(guid, 60 + index));

    expect(judged(outage)).toMatchObject({ again: ['a@62'], waiting: 2 });
    expect(judged([again('a', 6), ...outage])).toMatchObject({ again: ['b@61'], waiting: 2 });
  });

  test('all of it, as soon as one got through', () => {
    const outage = ['c', 'b', 'a'].map((guid, index) => attempt(guid, 600 + index));

    expect(judged([again('a', 4, taken), again('b', 9), ...outage])).toMatchObject({
      again: ['b@9', 'c@600'],
      waiting: 0,
    });
  });

  test('each event by itself: those that nobody wants are taken at all times', () => {
    const event = 'create';
    const outage = [attempt('c', 1, { ...taken, event }), attempt('b', 60), attempt('a', 61)];

    expect(judged(outage)).toMatchObject({ again: ['a@61'], waiting: 1 });
  });

  test('a hundred at a time', () => {
    const many = Array.from({ length: 1000 }, (_, index) => attempt(`g${index}`, 1000 - index / 10));

    const { again: due, waiting } = judged([attempt('ok', 1, taken), ...many]);

    expect(due).toHaveLength(maxRedeliveries);
    expect(due[0]).toBe('g0@1000');
    expect(waiting).toBe(1000 - maxRedeliveries);
  });
});

describe('what is given up', () => {
  const poison = (last: number) => [
    ...Array.from({ length: 6 }, (_, index) => attempt(`ok${index}`, last + index * 10, taken)),
    ...Array.from({ length: maxLonelyAttempts - 1 }, (_, index) => again('a', last + index * 10)),
    attempt('a', last + (maxLonelyAttempts - 1) * 10),
  ];

  test('is what fails again and again while others come through; it is told once', () => {
    expect(judged(poison(2))).toMatchObject({ again: [], lost: ['a@2'], waiting: 0 });
    expect(judged(poison(7))).toMatchObject({ again: [], lost: [], waiting: 0 });
  });

  test('is what the host does not keep any longer; it is told once', () => {
    const window = deliveryWindowMs / minute;

    expect(judged([attempt('a', window + 2)])).toMatchObject({ again: [], lost: [`a@${window + 2}`] });
    expect(judged([attempt('a', window + 6)])).toMatchObject({ again: [], lost: [] });
  });

  test('is what was tried very often, whatever came of others', () => {
    const often = Array.from({ length: maxDeliveryAttempts }, (_, index) =>
      attempt('a', 3 + index * 5, { again: index < maxDeliveryAttempts - 1 }),
    );

    expect(judged(often)).toMatchObject({ again: [], lost: ['a@3'] });
  });

  test('is nothing of an outage of nearly three days, whose attempts never meet the limit', () => {
    let attempts = [attempt('a', 4300)];
    for (let ago = 4295; ago > 0; ago -= 5) {
      const ledger = createDeliveryLedger();
      for (const one of attempts) ledger.add(one);
      const nowMs = now - ago * minute;
      const findings = ledger.judge({ nowMs, lastLookMs: nowMs - 5 * minute });
      expect(findings.lost).toEqual([]);
      if (findings.again.length > 0) attempts = [again('a', ago), ...attempts];
    }

    expect(attempts.length).toBeGreaterThan(30);
    expect(attempts.length).toBeLessThan(maxDeliveryAttempts);
    expect(judged([attempt('ok', 0, taken), ...attempts]).again).toEqual([attempts[0]?.id]);
  });
});

describe('the next look begins', () => {
  test.each<[string, DeliveryAttempt[], number]>([
    ['ten minutes ago where all is well', [attempt('a', 2, taken)], 10],
    ['before the oldest that is not done with', [attempt('b', 1, taken), again('a', 30), attempt('a', 300)], 310],
    ['not before what is done', [again('a', 30, taken), attempt('a', 300)], 10],
    ['never before what the host keeps', [attempt('a', deliveryWindowMs / minute - 1)], deliveryWindowMs / minute],
  ])('%s', (_name, attempts, sinceAgo) => {
    expect(judged(attempts).sinceAgo).toBe(sinceAgo);
  });
});
