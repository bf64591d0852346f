import { expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';

const config = { repo_milestone: { '': { maintainers_team: 'ms', maintainers_friendly_name: 'the Masters' } } };
const state = { milestones: { 'v1.30': 3, v2: 4 }, teams: { ms: { name: 'MS', members: ['Boss'] } } };
const run = (body: string, author = 'boss') => runPlugin('milestone', { ...says(body, author), state, config });

test('116: set, whatever blanks and line ends follow', async () => {
  expect(await run('/milestone v1.30 \r\n')).toEqual({ milestoneSet: [3] });
});

test('116: cleared', async () => {
  expect(await run('/milestone clear')).toEqual({ milestoneSet: [null] });
});

test('116: an unknown title is answered with those that there are', async () => {
  expect(await run('/milestone v9')).toEqual({ commentsCreated: [expect.objectContaining({ to: 'boss' })] });
});

test('116: the command has one case, the login any', async () => {
  expect(await run('/Milestone v2')).toEqual({});
  expect(await run('/milestone v2', 'BOSS')).toEqual({ milestoneSet: [4] });
});

test('others are refused', async () => {
  expect(await run('/milestone v2', 'rando')).toEqual({ commentsCreated: [expect.objectContaining({ to: 'rando' })] });
});
