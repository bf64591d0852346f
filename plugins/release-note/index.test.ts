import { describe, expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';
import { withNote } from './note.ts';

const note = (text: string) => `Text\r\n\`\`\`release-note\r\n${text}\r\n\`\`\`\r\n`;
const needed = 'do-not-merge/release-note-label-needed';
const event = { type: 'pull_request', action: 'opened' };
const opened = (body: string, more: object = {}) => runPlugin('release-note', { item: { body, ...more }, event });
const answered = { commentsCreated: [expect.objectContaining({ kind: 'reply' })] };

describe('spec plugins-review.md E', () => {
  test('112: what the block says', async () => {
    expect(await opened(note('NONE'))).toEqual({ labelsAdded: ['release-note-none'] });
    expect(await opened(note('N/A'))).toEqual({ labelsAdded: ['release-note'] });
    expect(await opened(note(''))).toEqual({
      labelsAdded: [needed],
      commentsCreated: [expect.objectContaining({ kind: 'simple' })],
    });
  });

  test('113: a stranger may not set none, but a later empty note counts the comment', async () => {
    expect(await runPlugin('release-note', says('/release-note-none'))).toEqual(answered);
    const comments = [{ id: 1, author: 'rando', body: '/release-note-none' }];
    const edited = { type: 'pull_request', action: 'edited' };
    expect(await runPlugin('release-note', { state: { comments }, event: edited })).toEqual({
      labelsAdded: ['release-note-none'],
    });
  });

  test('114: a cherry pick of pulls that all have notes needs none', async () => {
    const body = 'Cherry pick of #50 on release-1.30.\nCherry pick of #51 on release-1.30.';
    const written = await runPlugin('release-note', {
      item: { body, base: 'release-1.30' },
      state: {
        labels: [needed],
        otherItems: { 50: { labels: ['release-note'] }, 51: { labels: ['release-note-action-required'] } },
        comments: [
          {
            id: 7,
            author: 'k8s-ci-robot',
            body: `Adding \`${needed}\` because no release note is in the description.`,
          },
        ],
      },
      event,
    });

    expect(written).toEqual({ labelsRemoved: [needed], commentsDeleted: [7] });
  });
});

test('a member edits the note of somebody else', async () => {
  const command = `/release-note-edit\r\n${note('new')}`;
  const written = await runPlugin('release-note', { ...says(command, 'mem1'), item: { body: note('old') } });

  expect(written).toEqual({ bodyChanged: true });
  expect(withNote(note('old'), 'new')).toBe(note('new'));
});

test('a block in a description or a review is no command', async () => {
  expect(
    await runPlugin('release-note', {
      event: { type: 'pull_request_review', action: 'submitted', author: 'author1', body: '/release-note-none' },
    }),
  ).toEqual({});
});

test('a note cannot be hidden behind a thousand fences', async () => {
  expect(await opened('```release-note'.repeat(20_000))).toMatchObject({ labelsAdded: ['release-note'] });
});
