/** Spec plugins-review.md C.28: title, branch and description of a pick. */
import { describe, expect, test } from '@jest/globals';
import { commandsIn } from '../domain/review/commands-in.ts';
import { cherryPickBody, cherryPickBranch, cherryPickIssueBody, cherryPickTitle } from './cherry-pick-pull.ts';
import { cherryPicksIn } from './cherry-picks.ts';

test('the branch names pull and target', () => {
  expect(cherryPickBranch(12, 'release-1.30')).toBe('cherry-pick-12-to-release-1.30');
});

test.each([
  ['Mend it', 'main', 'r1', '[r1] Mend it'],
  ['[r1] Mend it', 'r1', 'r2', '[r2] Mend it'],
  ['[r1] Mend [r1] it', 'r1', 'r2', '[r2] Mend [r1] it'],
  ['[main] Mend it', 'r1', 'r2', '[r2] [main] Mend it'],
  ['$& $1', 'main', 'r1', '[r1] $& $1'],
])('the title %j for %s, picked to %s: %j', (title, base, target, expected) => {
  expect(cherryPickTitle(title, base, target)).toBe(expected);
});

describe('the description', () => {
  const least = { number: 12, chain: [], labels: [] };
  const usual = { ...least, assign: 'alice' };

  test('least of all', () => {
    expect(cherryPickBody(least)).toBe('This is an automated cherry-pick of #12');
    expect(cherryPickBody(usual)).toBe('This is an automated cherry-pick of #12\n\n/assign alice');
  });

  test('all parts, in their order', () => {
    const labels = ['kind/feature', 'lgtm', 'kind/bug', 'sig/kind/x'];
    const note = '\r\nUsers have to act.\r\nAll of them.\r\n';

    expect(cherryPickBody({ ...usual, chain: ['b', 'c'], labels, note })).toBe(
      [
        'This is an automated cherry-pick of #12',
        '/assign alice',
        '```release-note\nUsers have to act.\nAll of them.\n```',
        '/cherrypick b c',
        '/kind bug\n/kind feature',
      ].join('\n\n'),
    );
  });

  test('120: the next branch of the chain is asked for by the description', () => {
    const body = cherryPickBody({ ...usual, chain: ['b'] });

    expect([...cherryPicksIn(body)]).toEqual([['b', []]]);
  });

  test('what the author of the original wrote is no command of ours', () => {
    const note = 'Note\n/approve\r\n \t/lgtm\u2028/hold\n\u00a0/override x';

    expect(commandsIn(cherryPickBody({ ...usual, note }))).toEqual(['/assign alice']);
  });
});

test('an issue says what conflicts, with no command in it', () => {
  const body = cherryPickIssueBody(12, '`r1`', '    CONFLICT (content): Merge conflict in a.txt');

  expect(body).toMatch(/^#12 conflicts with `r1` .* by hand:\n\n {4}CONFLICT/);
  expect(commandsIn(body)).toEqual([]);
});
