import { describe, expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';

const config = {
  label: {
    additional_labels: ['api-review'],
    restricted_labels: { 'o/r': [{ label: 'special', allowed_users: ['priv'], assign_on: [{ label: 'kind/bug' }] }] },
  },
};
const repoLabels = [
  'kind/bug',
  'kind/cleanup',
  'sig/node',
  'sig/network',
  'sig/bug',
  'needs-sig',
  'triage/accepted',
  'special',
  'api-review',
];
const run = (body: string, author = 'rando', labels: string[] = []) =>
  runPlugin('label', { ...says(body, author), config, state: { labels, repoLabels } });
const answered = { commentsCreated: [expect.objectContaining({ kind: 'reply' })] };

describe('spec plugins-review.md E', () => {
  test('96: two words, two labels; a comma belongs to the word', async () => {
    expect(await run('/kind bug cleanup')).toEqual({ labelsAdded: ['kind/bug', 'kind/cleanup'] });
    expect(await run('/kind bug, cleanup')).toEqual({ labelsAdded: ['kind/cleanup'], ...answered });
  });

  test('97: the verb has one case, the label is lower case', async () => {
    expect(await run('/Kind bug')).toEqual({});
    expect(await run('/kind BUG')).toEqual({ labelsAdded: ['kind/bug'] });
  });

  test('98: a bare verb takes the next line', async () => {
    expect(await run('/sig\n/kind bug')).toEqual({ labelsAdded: ['sig/bug'] });
  });

  test('99: HTML comments are not read', async () => {
    expect(await run('<!-- x\n/kind bug -->')).toEqual({});
  });

  test('100: the last label of a category leaves a note that it is missing', async () => {
    expect(await run('/remove-sig node', 'rando', ['sig/node'])).toEqual({
      labelsAdded: ['needs-sig'],
      labelsRemoved: ['sig/node'],
    });
    expect(await run('/remove-sig node\n/sig network', 'rando', ['sig/node'])).toEqual({
      labelsAdded: ['sig/network'],
      labelsRemoved: ['sig/node'],
    });
  });

  test('101: triage/accepted is for members', async () => {
    expect(await run('/triage accepted')).toEqual(answered);
    expect(await run('/triage accepted', 'mem1')).toEqual({ labelsAdded: ['triage/accepted'] });
  });

  test('102: /label', async () => {
    expect(await run('/label api-review')).toEqual({ labelsAdded: ['api-review'] });
    expect(await run('/label foo')).toEqual(answered);
    expect(await run('/label a b')).toEqual({});
  });

  test('103: restricted labels are refused, the others of the comment are set', async () => {
    expect(await run('/label special\n/kind bug')).toEqual({ labelsAdded: ['kind/bug'], ...answered });
    expect(await run('/label special', 'PRIV')).toEqual({ labelsAdded: ['special'] });
  });
});

test('a label that assigns', async () => {
  const event = { type: 'pull_request', action: 'labeled', label: 'Kind/Bug' };

  expect(await runPlugin('label', { config, event })).toEqual({ assigned: ['priv'] });
});

test('an answer cannot be broken out of', async () => {
  const written = await run('/kind `@everyone`');

  expect(written).toMatchObject(answered);
  expect(written['commentsCreated']).toEqual([expect.not.objectContaining({ mentions: expect.anything() })]);
});
