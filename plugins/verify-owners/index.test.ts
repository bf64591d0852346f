import { describe, expect, test } from '@jest/globals';
import { runPlugin, says, type GivenCase } from '../../test/harness/plugin-case.ts';
import { untrustedNewcomers } from './newcomers.ts';
import { isUntrustedList, untrustedList } from './texts.ts';

const label = 'do-not-merge/invalid-owners-file';
const opened = { type: 'pull_request', action: 'opened' };

/** A pull that adds files with these texts. */
function adding(files: Record<string, string>, given: Partial<GivenCase> = {}): GivenCase {
  return {
    event: opened,
    ...given,
    item: {
      files: Object.entries(files).map(([path, text]) => ({
        path,
        status: 'added',
        additions: 1,
        deletions: 0,
        patch: `@@ -0,0 +1,9 @@\n${text.replace(/^/gm, '+')}`,
      })),
      ...given.item,
    },
    state: { members: { o: ['mem1'] }, headFiles: files, ...given.state },
  };
}

const verify = (given: GivenCase) => runPlugin('verify-owners', given);
const good = { labelRemovalsOfAbsent: [label] };
const untrusted = { labelsAdded: [label], commentsCreated: [expect.objectContaining({ kind: 'simple' })] };
const wrongAt = (path: string, position: number) => ({
  labelsAdded: [label],
  reviewsCreated: [
    expect.objectContaining({ comments: [{ path, position }], body: expect.objectContaining({ to: 'author1' }) }),
  ],
});

describe('spec plugins-review.md E', () => {
  test.each<[string, GivenCase, Record<string, unknown>]>([
    ['122: a name in quotation marks is not looked at', adding({ 'a/OWNERS': 'approvers:\n- "@mallory"' }), good],
    ['122: a name without is', adding({ 'a/OWNERS': 'approvers:\n- mallory' }), untrusted],
    ['122: a root without approvers', adding({ OWNERS: 'reviewers:\n- mem1' }), wrongAt('OWNERS', 1)],
    ['123: a denied label', adding({ 'a/OWNERS': 'approvers:\n- mem1\nlabels:\n- lgtm' }), wrongAt('a/OWNERS', 1)],
  ])('%s', async (_name, given, written) => {
    expect(await verify(given)).toEqual(written);
  });
});

test.each<[string, GivenCase, Record<string, unknown>]>([
  [
    'a file that is no YAML, at its line',
    adding({ 'a/OWNERS': 'approvers:\n- mem1\n bad: [x' }),
    wrongAt('a/OWNERS', 3),
  ],
  ['a list', adding({ 'a/OWNERS': '- mem1' }), wrongAt('a/OWNERS', 1)],
  ['a file below an ignored directory', adding({ 'vendor/a/b/OWNERS': '- x' }), good],
  ['an alias that is known', adding({ 'a/OWNERS': 'approvers:\n- team' }, aliases('aliases: {team: [mallory]}')), good],
  [
    'aliases that are no map of lists',
    adding({ OWNERS_ALIASES: 'aliases:\n  t: mem1' }),
    { labelsAdded: [label], commentsCreated: [expect.objectContaining({ kind: 'simple' })] },
  ],
  [
    'an alias of nobody',
    adding({ OWNERS_ALIASES: 'aliases:\n  t: []' }),
    { ...good, commentsCreated: [expect.objectContaining({ kind: 'simple' })] },
  ],
  ['members of aliases', adding({ OWNERS_ALIASES: 'aliases:\n  t:\n  - mallory' }), untrusted],
  ['trust does not matter', { ...adding({ 'a/OWNERS': 'approvers:\n- x' }), config: skipping('o/r') }, good],
  [
    'but it does for an organisation',
    { ...adding({ 'a/OWNERS': 'approvers:\n- x' }), config: skipping('o') },
    untrusted,
  ],
  ['the command', adding({ 'a/OWNERS': '- x' }, { event: says('/verify-owners\r\n').event }), wrongAt('a/OWNERS', 1)],
  ['an edit', adding({ 'a/OWNERS': '- x' }, { event: { type: 'pull_request', action: 'edited' } }), {}],
  ['no OWNERS file', adding({ 'x.go': '' }), {}],
])('%s', async (_name, given, written) => {
  expect(await verify(given)).toEqual(written);
});

test('what is mended loses label and list', async () => {
  const list = untrustedList({ org: 'o', joinUrl: 'https://j.test', waysToTrust: 'a member of o', people: new Map() });
  const comments = [
    { id: 1, author: 'k8s-ci-robot', body: list },
    { id: 2, author: 'col1', body: list },
  ];

  const written = await verify(
    adding({ 'a/OWNERS': 'approvers:\n- mem1' }, { state: { ...members, labels: [label], comments } }),
  );

  expect(written).toEqual({ labelsRemoved: [label], commentsDeleted: [1] });
});

const members = { members: { o: ['mem1'] }, headFiles: { 'a/OWNERS': 'approvers:\n- mem1' } };

test('the list mentions nobody, whatever they are called', () => {
  const people = new Map([['@evil`/org', ['a/OWNERS', 'b`</details>/OWNERS']]]);
  const list = untrustedList({ org: 'o', joinUrl: 'https://j.test', waysToTrust: 'a member of o', people });

  expect(isUntrustedList(list)).toBe(true);
  expect(list).toContain('``@evil`/org``');
  expect(list).toContain('``b`</details>/OWNERS``');
});

test('at most fifty people are asked about, each once', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `user${index}`);
  const patch = names.map((name) => `+- ${name}`).join('\n');
  const asked: string[] = [];
  const change = { patch, owners: names };

  const found = await untrustedNewcomers(
    [
      { ...change, path: 'a/OWNERS' },
      { ...change, path: 'b/OWNERS' },
    ],
    async (login) => {
      asked.push(login);
      return login !== 'user7';
    },
  );

  expect([...found]).toEqual([['user7', ['a/OWNERS', 'b/OWNERS']]]);
  expect(asked).toEqual(names.slice(0, 50));
});

function aliases(text: string): Partial<GivenCase> {
  return { state: { members: { o: [] }, headFiles: { 'a/OWNERS': 'approvers:\n- team', OWNERS_ALIASES: text } } };
}

function skipping(name: string) {
  return { owners: { skip_collaborators: [name] } };
}
