import { describe, expect, test } from '@jest/globals';
import { runPlugin, says } from '../../test/harness/plugin-case.ts';

const issue = { isPR: false };
const refusal = { commentsCreated: [expect.objectContaining({ kind: 'reply' })] };

describe('close', () => {
  test('104: anybody closes what is rotten', async () => {
    const written = await runPlugin('lifecycle', {
      ...says('/close'),
      item: issue,
      state: { labels: ['lifecycle/rotten'] },
    });

    expect(written).toMatchObject({ stateChanges: [{ state: 'closed', reason: 'completed' }] });
  });

  test('104: a pull is not closed as not planned, even beside a plain close', async () => {
    expect(await runPlugin('lifecycle', says('/close\n/close not-planned', 'author1'))).toEqual(refusal);
  });

  test('an issue is', async () => {
    const written = await runPlugin('lifecycle', { ...says('/close not-planned', 'author1'), item: issue });

    expect(written).toMatchObject({ stateChanges: [{ state: 'closed', reason: 'not_planned' }] });
  });

  test('strangers are refused', async () => {
    expect(await runPlugin('lifecycle', { ...says('/close'), item: issue })).toEqual(refusal);
  });
});

describe('reopen', () => {
  const closed = { state: 'closed' as const };

  test('by the author or a collaborator', async () => {
    expect(await runPlugin('lifecycle', { ...says('/reopen', 'col1'), item: closed })).toMatchObject({
      stateChanges: [{ state: 'open' }],
    });
    expect(await runPlugin('lifecycle', { ...says('/reopen'), item: closed })).toEqual(refusal);
  });

  test('what the host refuses is told', async () => {
    const given = { ...says('/reopen', 'author1'), item: closed, state: { reopenFails: true } };

    expect(await runPlugin('lifecycle', given)).toEqual(refusal);
  });
});

describe('labels', () => {
  test('105: frozen is refused on a pull, and takes the place of stale on an issue', async () => {
    expect(await runPlugin('lifecycle', says('/lifecycle frozen'))).toEqual(refusal);
    const written = await runPlugin('lifecycle', {
      ...says('/lifecycle frozen'),
      item: issue,
      state: { labels: ['lifecycle/stale'] },
    });
    expect(written).toEqual({ labelsAdded: ['lifecycle/frozen'], labelsRemoved: ['lifecycle/stale'] });
  });

  test('who asks for it often is answered once', async () => {
    expect(await runPlugin('lifecycle', says('/lifecycle frozen\n'.repeat(1000)))).toEqual(refusal);
  });

  test('commands of one comment see what came before', async () => {
    expect(await runPlugin('lifecycle', says('/lifecycle stale\r\n/remove-lifecycle stale'))).toEqual({
      labelsAdded: ['lifecycle/stale'],
      labelsRemoved: ['lifecycle/stale'],
    });
  });
});
