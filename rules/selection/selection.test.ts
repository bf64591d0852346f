/**
 * Selection for comments, pull request events and pushes; rows 22 to 36 of spec jobs.md 9.2 carry their numbers.
 */
import { describe, expect, test } from '@jest/globals';
import type { Postsubmit, Presubmit } from '../../domain/job-config.ts';
import { fetchedOnce } from './changed-files.ts';
import { selectForComment, type CommentContext, type CommentEvent, type CommentSelection } from './comment.ts';
import { selectForPullRequest, type PullRequest, type PullRequestEvent } from './pull-request.ts';
import { selectForPush } from './push.ts';
import type { People } from './trust.ts';

const people: People = {
  isBot: (login) => Promise.resolve(login === 'bot'),
  isMember: (org, login) =>
    Promise.resolve((org === 'org' && login === 'member') || (org === 'ally' && login === 'friend')),
  isCollaborator: (login) => Promise.resolve(login === 'collab'),
};

function presubmit(name: string, given: Partial<Presubmit> = {}): Presubmit {
  return {
    name,
    context: name,
    trigger: `(?m)^/test( | .* )${name},?($|\\s.*)`,
    rerun_command: `/test ${name}`,
    ...given,
  };
}
const a = presubmit('a', { always_run: true });
const b = presubmit('b');
const go = presubmit('go', { run_if_changed: '\\.go$' });

interface Given {
  jobs?: Presubmit[];
  files?: string[];
  contexts?: Record<string, string>;
  pull?: Partial<PullRequest>;
  settings?: CommentContext['settings'];
}

function contextOf({ jobs = [a, b, go], files = [], contexts = {}, settings = {} }: Given): CommentContext {
  return {
    presubmits: jobs,
    settings,
    people,
    changedFiles: () => Promise.resolve(files),
    contexts: () => Promise.resolve(new Map(Object.entries(contexts))),
  };
}
const labelled =
  (...labels: string[]) =>
  () =>
    Promise.resolve(labels);

function pullOf(given: Partial<PullRequest> = {}): PullRequest {
  return { org: 'org', author: 'member', labels: labelled(), baseRef: 'main', draft: false, ...given };
}
async function comment(body: string, given: Given = {}, event: Partial<CommentEvent> = {}): Promise<CommentSelection> {
  const pull = pullOf(given.pull);
  return await selectForComment(
    { action: 'created', body, commenter: 'member', isPullRequest: true, state: 'open', pull, ...event },
    contextOf(given),
  );
}
/** Names of the jobs, or what happens instead. */
async function outcome(body: string, given: Given = {}, event: Partial<CommentEvent> = {}): Promise<string | string[]> {
  const selection = await comment(body, given, event);
  if (selection.kind === 'run') return selection.jobs.map(({ name }) => name);
  return selection.kind === 'help' ? `help: ${selection.note}` : selection.kind;
}

describe('comments', () => {
  test.each<[string, string, Given, string | string[]]>([
    [
      '22: branch filters are not anchored',
      '/test all',
      { jobs: [presubmit('a', { always_run: true, branches: ['main'] })], pull: { baseRef: 'main-backup' } },
      ['a'],
    ],
    [
      '23: a branch filter beats the command',
      '/test a',
      { jobs: [presubmit('a', { branches: ['^main$'] }), b], pull: { baseRef: 'dev' } },
      'help: target-not-found',
    ],
    ['24: a command beats the change filter', '/test go', { files: ['a.md'] }, ['go']],
    ['24: /test all does not', '/test all', { files: ['a.md'], jobs: [a, go] }, ['a']],
    [
      '25: a failed conditional job is retested without a match',
      '/retest',
      { files: ['a.md'], contexts: { a: 'success', go: 'failure' } },
      ['go'],
    ],
    ['26: a manual job that never ran is not retested', '/retest', { jobs: [b] }, []],
    ['26: a failed manual job is', '/retest', { jobs: [b], contexts: { b: 'error' } }, ['b']],
    [
      '27: an optional failed job is not retest-required',
      '/retest-required',
      { jobs: [presubmit('o', { always_run: true, optional: true })], contexts: { o: 'failure' } },
      [],
    ],
    ['28: two targets', '/test a, b', {}, ['a', 'b']],
    ['28: a comma without space names neither', '/test a,b', {}, 'help: target-not-found'],
    ['29: a malformed retest wins', '/test all\n/retest foo', {}, 'help: retest-with-target'],
    ['32: a change that cannot be merged starts nothing', '/test all', { pull: { mergeable: false } }, []],
    ['33: a draft is tested on demand', '/test all', { pull: { draft: true } }, ['a']],
    [
      '36: no files, no conditional job',
      '/test all',
      { jobs: [a, presubmit('docs', { skip_if_only_changed: '\\.md$' })] },
      ['a'],
    ],
    ['required manual jobs', '/test-manual-required', {}, ['b']],
    ['help is asked for', '/test ?', {}, 'help: list'],
    ['an empty command', '/test', {}, 'help: test-without-target'],
    ['/test all without anything to run', '/test all', { jobs: [b] }, 'help: no-test-all-jobs'],
    ['other text', 'thanks', {}, 'ignored'],
  ])('%s', async (_name, body, given, expected) => {
    expect(await outcome(body, given)).toEqual(expected);
  });

  test('29: help names the commands that can run on the branch', async () => {
    const selection = await comment('/test ?', { jobs: [a, b, presubmit('o', { optional: true })] });

    expect(selection).toMatchObject({
      available: { testAll: ['a'], required: ['/test a', '/test b'], optional: ['/test o'] },
    });
  });

  test('retests are labelled, and help is pruned by /test and /retest only', async () => {
    expect(await comment('/retest')).toMatchObject({ labels: { 'prow.k8s.io/retest': 'true' }, prunesHelp: true });
    expect(await comment('/ok-to-test')).toMatchObject({ labels: {}, prunesHelp: false });
  });

  test('files are not fetched for a job that is named', async () => {
    const unavailable = () => Promise.reject(new Error('no files'));
    const context = { ...contextOf({}), changedFiles: unavailable };
    const event = { action: 'created', commenter: 'member', isPullRequest: true, state: 'open', pull: pullOf() };

    expect(await selectForComment({ ...event, body: '/test go' }, context)).toMatchObject({ jobs: [go] });
    await expect(selectForComment({ ...event, body: '/test all' }, context)).rejects.toThrow('no files');
  });

  test.each<[string, Partial<CommentEvent>]>([
    ['edited comments', { action: 'edited' }],
    ['issues', { isPullRequest: false }],
    ['closed pull requests', { state: 'closed' }],
    ["the bot's own", { commenter: 'bot' }],
  ])('%s are ignored', async (_name, event) => {
    expect(await outcome('/test all', {}, event)).toBe('ignored');
  });
});

describe('trust', () => {
  test.each<[string, string, Given, string, string | string[]]>([
    ['a stranger on a stranger’s change', '/test a', { pull: { author: 'stranger' } }, 'stranger', 'untrusted'],
    ['a stranger on a member’s change', '/test a', {}, 'stranger', ['a']],
    [
      'a stranger where ok-to-test was given',
      '/test a',
      { pull: { author: 'stranger', labels: labelled('ok-to-test') } },
      'stranger',
      ['a'],
    ],
    ['a collaborator', '/test a', { pull: { author: 'stranger' } }, 'collab', ['a']],
    [
      'a collaborator where only members count',
      '/test a',
      { pull: { author: 'stranger' }, settings: { only_org_members: true } },
      'collab',
      'untrusted',
    ],
    [
      'a member of the second organisation',
      '/test a',
      { pull: { author: 'stranger' }, settings: { trusted_org: 'ally' } },
      'friend',
      ['a'],
    ],
    [
      'a trusted app',
      '/test a',
      { pull: { author: 'stranger' }, settings: { trusted_apps: ['renovate'] } },
      'renovate[bot]',
      ['a'],
    ],
    [
      'a user called like the app',
      '/test a',
      { pull: { author: 'stranger' }, settings: { trusted_apps: ['renovate'] } },
      'renovate',
      'untrusted',
    ],
    ['/ok-to-test runs the automatic set', '/ok-to-test', { pull: { author: 'stranger' } }, 'member', ['a']],
    [
      '/ok-to-test that does not count',
      '/ok-to-test',
      { pull: { author: 'stranger' }, settings: { ignore_ok_to_test: true } },
      'member',
      [],
    ],
    [
      '/ok-to-test cancel runs nothing',
      '/ok-to-test cancel\n/test a',
      { pull: { author: 'stranger' } },
      'member',
      'cancelled',
    ],
  ])('%s', async (_name, body, given, commenter, expected) => {
    expect(await outcome(body, given, { commenter })).toEqual(expected);
  });

  test('only trusted people withdraw trust', async () => {
    expect(await comment('/ok-to-test cancel', {}, { commenter: 'stranger' })).toEqual({
      kind: 'cancelled',
      refused: true,
      labelChanges: [],
    });
  });
});

describe('pull request events', () => {
  async function selected(event: Partial<PullRequestEvent>, given: Given = {}): Promise<[boolean, string[]]> {
    const selection = await selectForPullRequest(
      { action: 'opened', sender: 'member', pull: pullOf(given.pull), ...event },
      contextOf(given),
    );
    return [selection.abortsRunning, selection.jobs.map(({ name }) => name)];
  }
  const stranger = { pull: { author: 'stranger' } };
  const approved = { pull: { author: 'stranger', labels: labelled('ok-to-test') } };

  test.each<[string, Partial<PullRequestEvent>, Given, [boolean, string[]]]>([
    ['30: a push aborts, then starts the automatic set', { action: 'synchronize' }, {}, [true, ['a']]],
    ['31: a push by a stranger aborts only', { action: 'synchronize' }, stranger, [true, []]],
    ['33: a draft that is opened starts nothing', { action: 'opened' }, { pull: { draft: true } }, [false, []]],
    ['opened by a member', { action: 'opened' }, {}, [false, ['a']]],
    ['opened by a stranger, whatever the labels', { action: 'opened' }, approved, [false, []]],
    ['reopened', { action: 'reopened' }, approved, [false, ['a']]],
    ['ready for review', { action: 'ready_for_review' }, {}, [false, ['a']]],
    ['edited title', { action: 'edited' }, {}, [false, []]],
    ['edited base', { action: 'edited', changesBase: true }, {}, [false, ['a']]],
    ['lgtm on an untrusted change', { action: 'labeled', label: 'lgtm' }, stranger, [false, ['a']]],
    ['lgtm on a trusted change', { action: 'labeled', label: 'lgtm' }, {}, [false, []]],
    ['ok-to-test set by a person', { action: 'labeled', label: 'ok-to-test' }, approved, [false, ['a']]],
    ['ok-to-test set by the bot', { action: 'labeled', label: 'ok-to-test', sender: 'bot' }, approved, [false, []]],
    ['closed', { action: 'closed' }, {}, [true, []]],
    ['made a draft', { action: 'converted_to_draft' }, { pull: { draft: true } }, [true, []]],
    ['without any presubmit nothing is done', { action: 'synchronize' }, { jobs: [] }, [false, []]],
    ['not mergeable', { action: 'opened' }, { pull: { mergeable: false } }, [false, []]],
    ['mergeability not known yet', { action: 'opened' }, { pull: { mergeable: null } }, [false, ['a']]],
  ])('%s', async (_name, event, given, expected) => {
    expect(await selected(event, given)).toEqual(expected);
  });
});

describe('pushes', () => {
  async function pushed(jobs: Postsubmit[], ref: string, push = {}): Promise<string[]> {
    return (await selectForPush({ ref, after: 'cafe', ...push }, jobs)).map(({ name }) => name);
  }
  const tags: Postsubmit = { name: 'tags', branches: ['^v'] };

  test('34: a tag is a branch to the filters, but lists no commits', async () => {
    expect(await pushed([tags], 'refs/tags/v1.2.3')).toEqual(['tags']);
    expect(await pushed([{ ...tags, run_if_changed: '.' }], 'refs/tags/v1.2.3')).toEqual([]);
  });

  test('35: explicitly not always, and no change filter: never', async () => {
    expect(await pushed([{ name: 'p', always_run: false }], 'refs/heads/main')).toEqual([]);
    expect(await pushed([{ name: 'p', always_run: true }, { name: 'q' }], 'refs/heads/main')).toEqual(['p', 'q']);
  });

  test('added, removed and modified files count', async () => {
    const job: Postsubmit = { name: 'go', run_if_changed: '\\.go$' };
    const push = (commit: object) => pushed([job], 'refs/heads/main', { commits: [{ added: ['x'] }, commit] });

    expect(await push({ added: ['a.go'] })).toEqual(['go']);
    expect(await push({ removed: ['a.go'] })).toEqual(['go']);
    expect(await push({ modified: ['a.go'] })).toEqual(['go']);
    expect(await push({})).toEqual([]);
  });

  test.each([{ deleted: true }, { after: '0'.repeat(40) }])('a deletion starts nothing: %j', async (push) => {
    expect(await pushed([{ name: 'p' }], 'refs/heads/main', push)).toEqual([]);
  });
});

test('changed files are fetched once, however many ask', async () => {
  let fetches = 0;
  const files = fetchedOnce(() => Promise.resolve([String(++fetches)]));

  expect([await files(), await files()]).toEqual([['1'], ['1']]);
});
