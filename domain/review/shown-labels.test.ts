import { expect, test } from '@jest/globals';
import { shownLabels } from './shown-labels.ts';

const time = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const labels = ['lgtm'];

test.each<
  [name: string, envelope: Parameters<typeof shownLabels>[0], now: number, expected: readonly string[] | undefined]
>([
  ['a young event', { labels, shownAt: time(0), receivedAt: time(1) }, 15, labels],
  ['one without any label', { labels: [], shownAt: time(0), receivedAt: time(1) }, 15, []],
  ["a host's clock that is ahead", { labels, shownAt: time(5), receivedAt: time(0) }, 1, labels],
  ['one that has waited', { labels, shownAt: time(0), receivedAt: time(1) }, 21, undefined],
  ['one that was sent again', { labels, shownAt: time(-3600), receivedAt: time(0) }, 1, undefined],
  ['one that was handed over late', { labels, shownAt: time(0), receivedAt: time(-30) }, 1, undefined],
  ["a host's clock that is far ahead", { labels, shownAt: time(60), receivedAt: time(0) }, 1, undefined],
  ['one that does not say when', { labels, receivedAt: time(0) }, 1, undefined],
  ['one that says nonsense', { labels, shownAt: 'yesterday', receivedAt: time(0) }, 1, undefined],
  ['one without labels', { shownAt: time(0), receivedAt: time(0) }, 1, undefined],
])('%s', (_name, envelope, now, expected) => {
  expect(shownLabels(envelope, Date.parse(time(now)))).toEqual(expected);
});
