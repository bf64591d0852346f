import { expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';

const anIssue = { isPR: false };

test.each<[string, string, Record<string, unknown>]>([
  ['61: two blanks', '/assign  @a', {}],
  ['61: a comma', '/assign @a, @b', {}],
  ['61: a team', '/assign @o/team', {}],
  ['62: the last line about somebody counts', '/assign @a\n/unassign @a', { unassigned: ['a'] }],
  ['63: un in capitals is not seen', '/UNASSIGN @a', { assigned: ['a'] }],
  ['words behind the names are names', '/assign @a soon', { assigned: ['a', 'soon'] }],
  ['spellings of one login are told apart', '/assign @a\n/unassign @A', { assigned: ['a'], unassigned: ['A'] }],
  ['names end at the line', '/assign\n@a', { assigned: ['rando'] }],
  ['reviews of teams', '/cc   @o/team\t', { teamReviewersRequested: ['team'] }],
  ['CRLF', '/uncc @a\r\n/cc @b\r\n', { reviewersUnrequested: ['a'], reviewersRequested: ['b'] }],
  [
    'assigning comes before, and in spite of, a request that cannot be taken back',
    '/uncc @zz/t\n/cc @b\n/assign @a',
    { assigned: ['a'], error: true },
  ],
  ['a foreign team beside somebody of ours is passed over', '/uncc @zz/t @b', { reviewersUnrequested: ['b'] }],
])('%s', async (_name, body, written) => {
  expect(await runPlugin('assign', says(body))).toEqual(written);
});

test('61: on an issue the author of the comment is assigned, and reviews are nothing', async () => {
  expect(await runPlugin('assign', { ...says('/assign', 'x'), item: anIssue })).toEqual({ assigned: ['x'] });
  expect(await runPlugin('assign', { ...says('/cc @a'), item: anIssue })).toEqual({});
});

test('64: those whom the host refuses are told, the others are asked', async () => {
  const written = await runPlugin('assign', says('/cc @otherorg/team @bob'));

  expect(written).toMatchObject({ reviewersRequested: ['bob'], commentsCreated: [{ kind: 'reply', to: 'rando' }] });
});

test('65: the author cannot review', async () => {
  const written = await runPlugin('assign', says('/cc', 'author1'));

  expect(written).toMatchObject({ commentsCreated: [{ kind: 'reply', to: 'author1' }] });
  expect(written).not.toHaveProperty('reviewersRequested');
});

test('66: names in the description of a new pull are asked', async () => {
  const written = await runPlugin('assign', {
    item: { body: 'Fix.\r\n/cc @x\r\n' },
    event: { type: 'pull_request', action: 'opened' },
  });

  expect(written).toEqual({ reviewersRequested: ['x'] });
});

test('17: an edited comment changes nothing', async () => {
  expect(await runPlugin('assign', { event: { action: 'edited', body: '/assign' } })).toEqual({});
});
