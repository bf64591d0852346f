import { expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';

const config = { repo_milestone: { '': { maintainers_team: 'ms' } } };
const state = { teams: { ms: { name: 'MS', members: ['boss'] } } };
const run = (body: string, author = 'boss') => runPlugin('milestonestatus', { ...says(body, author), state, config });

test('all commands of a comment are obeyed, unknown values are not', async () => {
  expect(await run('/status in-review\r\n/status done\n/status approved-for-milestone')).toEqual({
    labelsAdded: ['status/in-review', 'status/approved-for-milestone'],
  });
});

test('others are told once, by a plain comment', async () => {
  expect(await run('/status in-review\n/status in-progress', 'rando')).toEqual({
    commentsCreated: [expect.objectContaining({ kind: 'plain' })],
  });
});
