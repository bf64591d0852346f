import { describe, expect, test } from '@jest/globals';
import { parsePlugins } from '../../config/load-plugins.ts';
import { cherryPicksIn } from '../../rules/cherry-picks.ts';
import { effectsWanted, runPlugin, says, type GivenCase } from '../../test/harness/plugin-case.ts';
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

/** What is asked for while it is open is done at the merge: a merged pull by author1, with the options of a `plugins.yaml`. */
function mergedPull(
  body: string,
  comments: { author: string; body: string }[],
  labels: string[] = [],
  options = '',
): ItemContext {
  return {
    org: 'o',
    config: parsePlugins('plugins.yaml', options),
    item: { isPull: true, author: 'author1', body, pull: { merged: true, base: { ref: 'main' } } },
    host: {
      comments: async () => comments,
      labels: async () => labels,
      isMember: async (_org: string, login: string) => login !== 'rando',
    },
  } as unknown as ItemContext;
}
const closed = { kind: 'pull', sender: 'x', action: 'closed' } as const;

describe('at the merge', () => {
  test('121: what was asked for is picked, each target once, strangers silently left out', async () => {
    const effects = await cherrypicker.onPull?.(
      closed,
      mergedPull('/cherrypick a b', [
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
    const effects = await cherrypicker.onPull?.(closed, mergedPull('', [], ['cherrypick/r1', 'cherrypick/main']));

    expect(effects).toMatchObject([{ kind: 'comment' }, { kind: 'cherryPick', picks: [{ target: 'r1' }] }]);
  });
});

describe('options', () => {
  const merged = { item: { merged: true, state: 'closed' } } as const;
  const labelled = (label: string): GivenCase => ({ event: { type: 'pull_request', action: 'labeled', label } });
  const cherrypickerOf = (options: object) => ({ config: { cherrypicker: options } });
  const toA = [{ target: 'a', chain: [] }];

  test.each<[string, object, GivenCase, object[]]>([
    [
      'allow_all: a stranger is told what will be picked',
      { allow_all: true },
      says('/cherrypick a'),
      [{ kind: 'comment', body: expect.stringContaining('@rando: Once this is merged, it will be picked to `a`.') }],
    ],
    [
      'allow_all: a stranger has a merged one picked',
      { allow_all: true },
      { ...says('/cherrypick a'), ...merged },
      [{ kind: 'cherryPick', requester: 'rando', picks: toA }],
    ],
    [
      'without allow_all: a stranger has nothing picked',
      {},
      { ...says('/cherrypick a'), ...merged },
      [{ kind: 'comment', body: expect.stringContaining('Cherry picks are for members of o.') }],
    ],
    [
      'allow_all: a label asks in the name of an author who is a stranger',
      { allow_all: true },
      { ...labelled('cherrypick/a'), ...merged },
      [{ kind: 'cherryPick', requester: 'author1', picks: toA }],
    ],
    [
      'allow_all: unmerged is unmerged',
      { allow_all: true },
      { ...says('/cherrypick a'), item: { state: 'closed' } },
      [{ kind: 'comment', body: expect.stringContaining('Only pull requests that are merged') }],
    ],
    [
      'use_prow_assignments: no command for who asked',
      { use_prow_assignments: false },
      { ...says('/cherrypick a', 'mem1'), ...merged },
      [{ kind: 'cherryPick', requester: 'mem1', picks: toA, assign: false }],
    ],
    [
      'create_issue_on_conflict',
      { create_issue_on_conflict: true },
      { ...says('/cherrypick a', 'mem1'), ...merged },
      [{ kind: 'cherryPick', requester: 'mem1', picks: toA, issueOnConflict: true }],
    ],
    [
      'labels',
      { labels: ['cherry-pick', 'lgtm'] },
      { ...says('/cherrypick a', 'mem1'), ...merged },
      [{ kind: 'cherryPick', requester: 'mem1', picks: toA, labels: ['cherry-pick', 'lgtm'] }],
    ],
    ['label_prefix: labels with another mean nothing', { label_prefix: 'to-' }, labelled('cherrypick/a'), []],
    [
      'label_prefix: those with this one do',
      { label_prefix: 'to-', allow_all: true },
      { ...labelled('to-a'), ...merged },
      [{ kind: 'cherryPick', requester: 'author1', picks: toA }],
    ],
    [
      'none that says anything: the effect is as it always was',
      { use_prow_assignments: true, create_issue_on_conflict: false, labels: [] },
      { ...says('/cherrypick a', 'mem1'), ...merged },
      [{ kind: 'cherryPick', requester: 'mem1', picks: toA }],
    ],
  ])('%s', async (_name, options, given, expected) => {
    expect(await effectsWanted('cherrypicker', { ...given, ...cherrypickerOf(options) })).toEqual(expected);
  });

  test('allow_all: nobody is dropped at the merge', async () => {
    const asked = [{ author: 'rando', body: '/cherrypick d' }];
    const effects = await cherrypicker.onPull?.(
      closed,
      mergedPull('', asked, [], 'cherrypicker: {allow_all: true, labels: [x]}'),
    );

    expect(effects).toEqual([
      { kind: 'cherryPick', requester: 'rando', picks: [{ target: 'd', chain: [] }], labels: ['x'] },
    ]);
  });

  test('label_prefix: at the merge', async () => {
    const labels = ['cherrypick/r1', 'to-r2', 'to-main'];
    const effects = await cherrypicker.onPull?.(
      closed,
      mergedPull('', [], labels, 'cherrypicker: {label_prefix: to-}'),
    );

    expect(effects).toMatchObject([
      { kind: 'comment', body: expect.stringContaining('`main`') },
      { kind: 'cherryPick', picks: [{ target: 'r2' }] },
    ]);
  });

  test('are told in the help', () => {
    const helpOf = (text: string) =>
      cherrypicker.help({ config: parsePlugins('plugins.yaml', text), enabledRepos: ['o/r'] });
    const usual = helpOf('');
    const { snippet = '' } = usual;
    const { config, commands } = helpOf(snippet);

    expect(usual.config).toEqual({ '': 'Labels that begin with cherrypick/ ask for a pick as well.' });
    expect(usual.commands).toMatchObject([{ whoCanUse: 'Members of the organisation.' }]);
    expect(config?.['']).toMatch(/pick-to\/.*need not be a member.*assigned to nobody.*an issue.*get cherry-pick\./);
    expect(commands).toMatchObject([{ whoCanUse: 'Anybody.' }]);
  });
});
