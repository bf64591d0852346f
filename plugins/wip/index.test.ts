import { expect, test } from '@jest/globals';
import { runPlugin } from '../../test/harness/plugin-case.ts';

const label = 'do-not-merge/work-in-progress';
const opened = (item: object, labels: string[] = []) =>
  runPlugin('wip', { item, state: { labels }, event: { type: 'pull_request', action: 'opened' } });

test.each([
  ['WIP', false],
  ['WIP: x', true],
  ['[wip] x', true],
  ['(wip)x', true],
  ['wip x', true],
  ['Wipe disk', false],
  ['WIP_x', false],
  ['🚧 WIP x', false],
])('106: title %s', async (title, isWip) => {
  expect(await opened({ title })).toEqual(isWip ? { labelsAdded: [label] } : {});
});

test('106: a draft is marked whatever its title, and unmarked when it is ready', async () => {
  expect(await opened({ draft: true })).toEqual({ labelsAdded: [label] });
  const ready = { type: 'pull_request', action: 'ready_for_review' };
  expect(await runPlugin('wip', { state: { labels: [label] }, event: ready })).toEqual({ labelsRemoved: [label] });
});

test('a push changes nothing', async () => {
  const pushed = { type: 'pull_request', action: 'synchronize' };
  expect(await runPlugin('wip', { item: { title: 'WIP: x' }, event: pushed })).toEqual({});
});
