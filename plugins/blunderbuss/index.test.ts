import { describe, expect, test } from '@jest/globals';
import { parsePlugins } from '../../config/load-plugins.ts';
import { runPlugin, says, type GivenCase } from '../../test/harness/plugin-case.ts';
import { createRepoOwners, defaultOwnersRules } from '../../rules/owners/repo-owners.ts';
import { blunderbuss as blunderbussPlugin } from './index.ts';
import { selectReviewers } from './select.ts';

interface Given {
  files: string[];
  owners: Record<string, string>;
  blunderbuss?: Record<string, unknown>;
  item?: GivenCase['item'];
  event?: GivenCase['event'];
  busy?: string[];
}

const opened = { type: 'pull_request', action: 'opened' };
const inA = { owners: { 'a/OWNERS': 'reviewers: [ra]' }, files: ['a/x'] };

async function requested({ files, owners, blunderbuss = {}, item = {}, event = opened, busy = [] }: Given) {
  const written = await runPlugin('blunderbuss', {
    item: { ...item, files: files.map((path) => ({ path, status: 'modified', additions: 1, deletions: 0 })) },
    state: { baseFiles: owners, busy },
    config: { blunderbuss, owners: { skip_collaborators: ['o/r'] } },
    event,
  });
  const { reviewersRequested = [], ...others } = written as { reviewersRequested?: string[] };
  expect(others).toEqual({});
  return reviewersRequested;
}

describe('spec plugins-review.md E', () => {
  test('66: a pull that names reviewers in its description is left to them', async () => {
    expect(await requested({ ...inA, item: { body: 'x\r\n/cc @x\r\n' } })).toEqual([]);
    expect(await requested({ ...inA, item: { body: '/uncc' } })).toEqual([]);
  });

  test('67: approvers are asked as well where reviewers are too few, then cut off at the maximum', async () => {
    const owners = { OWNERS: 'reviewers: [rev]\napprovers: [ann, bob]' };

    const all = await requested({ owners, files: ['x'] });
    expect(all[0]).toBe('rev');
    expect(all.toSorted()).toEqual(['ann', 'bob', 'rev']);
    const limited = await requested({ owners, files: ['x'], blunderbuss: { max_request_count: 2 } });
    expect(limited).toHaveLength(2);
    expect(limited[0]).toBe('rev');
    expect(await requested({ owners, files: ['x'], blunderbuss: { exclude_approvers: true } })).toEqual(['rev']);
  });

  test('68: what is cut off at the maximum is the end of the alphabet', async () => {
    const owners = { 'a/OWNERS': 'reviewers: [zed]', 'b/OWNERS': 'reviewers: [amy]', 'c/OWNERS': 'reviewers: [bob]' };
    const files = ['a/x', 'b/x', 'c/x'];

    expect(await requested({ owners, files, blunderbuss: { max_request_count: 2 } })).toEqual(['amy', 'bob']);
  });

  test('69: required reviewers come on top, also busy ones', async () => {
    const owners = { 'a/OWNERS': 'reviewers: [rev, buddy]\nrequired_reviewers: [zoe, must]' };
    const blunderbuss = { request_count: 1, max_request_count: 1, use_status_availability: true };

    expect(await requested({ owners, files: ['a/x'], blunderbuss, busy: ['must', 'buddy'] })).toEqual([
      'rev',
      'must',
      'zoe',
    ]);
  });

  test('70: a draft is handled when it is opened and when it is ready', async () => {
    const item = { draft: true };

    expect(await requested({ ...inA, item })).toEqual(['ra']);
    expect(await requested({ ...inA, event: { type: 'pull_request', action: 'ready_for_review' } })).toEqual(['ra']);
    expect(await requested({ ...inA, item, blunderbuss: { ignore_drafts: true } })).toEqual([]);
  });

  test('71: /auto-cc waits for nothing', async () => {
    const said = { ...says('/auto-cc').event, type: 'issue_comment', action: 'created' };

    expect(await requested({ ...inA, event: said, blunderbuss: { wait_for_status: {} } })).toEqual(['ra']);
    expect(await requested({ ...inA, event: said, blunderbuss: { ignore_authors: ['author1'] } })).toEqual(['ra']);
    expect(await requested({ ...inA, event: said, item: { state: 'closed' } })).toEqual([]);
  });
});

describe('a status that is waited for', () => {
  const blunderbuss = { wait_for_status: { context: 'tide' } };
  const status = {
    type: 'status',
    context: 'tide',
    state: 'pending',
    description: 'Not mergeable. Needs approved label.',
  };

  test.each<[string, Partial<Given>, string[]]>([
    ['is answered', {}, ['ra']],
    ['of another context is not', { event: { ...status, context: 'other' } }, []],
    ['of another state is not', { event: { ...status, state: 'success' } }, []],
    ['is not where somebody is asked already', { item: { requestedReviewers: ['z'] } }, []],
    ['is not of authors that are passed over', { blunderbuss: { ...blunderbuss, ignore_authors: ['author1'] } }, []],
    ['is not of drafts that wait', { blunderbuss: { ...blunderbuss, ignore_drafts: true }, item: { draft: true } }, []],
    ['is nothing where none is waited for', { blunderbuss: {} }, []],
  ])('%s', async (_name, given, expected) => {
    expect(await requested({ ...inA, event: status, blunderbuss, ...given })).toEqual(expected);
  });

  test.each([
    ['{wait_for_status: {context: tide}}', 'tide', 'pending', true],
    ['{wait_for_status: {context: tide}}', 'tide', 'success', false],
    ['{wait_for_status: {context: tide}}', 'unit', 'pending', false],
    ['{}', 'tide', 'pending', false],
  ])('with %s, %s %s is looked at: %s', (options, context, state, wanted) => {
    const config = parsePlugins('plugins.yaml', `blunderbuss: ${options}`);
    const event = { kind: 'status' as const, sender: 'bot', sha: 'c', description: 'Some words.', context, state };

    expect(blunderbussPlugin.wantsStatus?.(event, config)).toBe(wanted);
  });
});

test('the author is not asked, however it is spelled', async () => {
  const owners = { OWNERS: 'reviewers: [rev, author1]' };

  expect(await requested({ owners, files: ['x'], item: { author: 'Author1' } })).toEqual(['rev']);
});

test('chance decides among equals, closer people come before those further up', async () => {
  const files = new Map([
    ['OWNERS', 'reviewers: [r1, r2]'],
    ['a/OWNERS', 'reviewers: [a1, a2, a3]'],
  ]);
  const owners = createRepoOwners(files, defaultOwnersRules);
  const chosenWith = async (random: number, count: number) =>
    (await selectReviewers({ owners, paths: ['a/x'], author: 'me', count, random: () => random })).reviewers;

  expect(await chosenWith(0, 1)).toEqual(['a1']);
  expect(await chosenWith(0.99, 1)).toEqual(['a3']);
  expect(await chosenWith(0.99, 2)).toEqual(['a3', 'a2']);
  expect(await chosenWith(0, 4)).toEqual(['a1', 'a2', 'a3', 'r1']);
});

test('nobody is asked twice whether they are busy', async () => {
  const owners = createRepoOwners(new Map([['OWNERS', 'reviewers: [r1, r2]']]), defaultOwnersRules);
  const asked: string[] = [];
  const isBusy = async (login: string) => {
    asked.push(login);
    return true;
  };

  const choice = await selectReviewers({ owners, paths: ['x', 'y'], author: 'me', count: 2, random: () => 0, isBusy });

  expect(choice.reviewers).toEqual([]);
  expect(asked).toEqual(['r1', 'r2']);
});
