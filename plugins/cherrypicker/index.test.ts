import { describe, expect, test } from '@jest/globals';
import { cherryPicksIn } from '../../rules/cherry-picks.ts';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';
import type { ItemContext } from '../api.ts';
import { cherrypicker } from './index.ts';

const answered = { commentsCreated: [expect.objectContaining({ kind: 'reply' })] };

test('120: a member is told what will be picked', async () => {
  expect(await runPlugin('cherrypicker', says('/cherrypick a b', 'mem1'))).toEqual(answered);
  expect([...cherryPicksIn('/cherrypick a b')]).toEqual([['a', ['b']]]);
});

test.each(['/cherrypick  ', '/cherrypick \r\n', '/cherry-pick \t \n\n'])(
  '%j crashes nothing and asks for nothing',
  (text) => {
    expect(cherryPicksIn(text).size).toBe(0);
  },
);

test('121: a stranger is refused', async () => {
  expect(await runPlugin('cherrypicker', says('/cherrypick a'))).toEqual(answered);
});

describe('at the merge', () => {
  const context = (body: string, comments: { author: string; body: string }[], labels: string[] = []) =>
    ({
      org: 'o',
      item: { isPull: true, author: 'author1', body, pull: { merged: true, base: { ref: 'main' } } },
      host: {
        comments: async () => comments,
        labels: async () => labels,
        isMember: async (_org: string, login: string) => login !== 'rando',
      },
    }) as unknown as ItemContext;
  const closed = { kind: 'pull', sender: 'x', action: 'closed' } as const;

  test('121: what was asked for is picked, each target once, strangers silently left out', async () => {
    const effects = await cherrypicker.onPull?.(
      closed,
      context('/cherrypick a b', [
        { author: 'mem1', body: '/cherrypick c\n/cherrypick a' },
        { author: 'rando', body: '/cherrypick d' },
      ]),
    );

    expect(effects).toEqual([
      { kind: 'cherryPick', requester: 'author1', picks: [{ target: 'a', chain: ['b'] }] },
      { kind: 'cherryPick', requester: 'mem1', picks: [{ target: 'c', chain: [] }] },
    ]);
  });

  test('labels ask in the name of the author; the base branch is only told', async () => {
    const effects = await cherrypicker.onPull?.(closed, context('', [], ['cherrypick/r1', 'cherrypick/main']));

    expect(effects).toMatchObject([{ kind: 'comment' }, { kind: 'cherryPick', picks: [{ target: 'r1' }] }]);
  });
});
