import { expect, test } from '@jest/globals';
import type { Effect } from '../effects.ts';
import { effectsInWords, effectWords } from './effect-words.ts';

test.each<[string, Effect]>([
  ['add label lgtm', { kind: 'addLabel', label: 'lgtm' }],
  ['remove label do-not-merge/hold on #5', { kind: 'removeLabel', label: 'do-not-merge/hold', number: 5 }],
  ['comment', { kind: 'comment', body: 'a long text' }],
  ['edit comment', { kind: 'editComment', id: 1, body: '' }],
  ['delete comment', { kind: 'deleteComment', id: 1 }],
  ['assign ann, bob', { kind: 'assign', logins: ['ann', 'bob'] }],
  ['unassign ann', { kind: 'unassign', logins: ['ann'] }],
  ['request review of ann, acme/team', { kind: 'requestReview', reviewers: ['ann', 'acme/team'] }],
  ['no longer request review of ann', { kind: 'unrequestReview', reviewers: ['ann'] }],
  ['set status tide: pending', { kind: 'setStatus', sha: '', context: 'tide', state: 'pending', description: '' }],
  ['create check run x', { kind: 'createCheckRun', sha: '', name: 'x', title: '', summary: '' }],
  ['close', { kind: 'setState', state: 'closed', reason: 'completed' }],
  ['close as not planned', { kind: 'setState', state: 'closed', reason: 'not_planned' }],
  ['reopen', { kind: 'setState', state: 'open' }],
  ['change title to a b', { kind: 'editTitle', title: 'a\nb' }],
  ['change description', { kind: 'editBody', body: 'x' }],
  ['set milestone 4', { kind: 'setMilestone', milestone: 4 }],
  ['clear milestone', { kind: 'setMilestone', milestone: null }],
  [
    'review with a comment',
    { kind: 'createReview', sha: '', body: '', comments: [{ path: '', position: 1, body: '' }] },
  ],
  ['react with heart', { kind: 'react', target: 'item', content: 'heart' }],
  [
    'start unit, e2e',
    {
      kind: 'startJobs',
      jobs: [
        { job: 'unit', type: 'presubmit' },
        { job: 'e2e', type: 'presubmit' },
      ],
    },
  ],
  ['abort jobs', { kind: 'abortJobs', description: 'x' }],
  ['record unit: success', { kind: 'recordJob', job: 'unit', state: 'success', description: '', url: '' }],
  ['delete branch fix', { kind: 'deleteBranch', branch: 'fix' }],
  ['approve workflow runs', { kind: 'approveWorkflowRuns', branch: '', sha: '' }],
  ['run failed workflow runs again', { kind: 'rerunWorkflowRuns', branch: '', sha: '' }],
  [
    'cherry-pick to r1, r2',
    {
      kind: 'cherryPick',
      requester: 'a',
      picks: [
        { target: 'r1', chain: ['r3'] },
        { target: 'r2', chain: [] },
      ],
    },
  ],
  ['look again in 5 s', { kind: 'lookAgain', afterMs: 4_100 }],
  ['fail: no such team', { kind: 'fail', reason: 'no such\nteam' }],
])('%s', (words, effect) => {
  expect(effectWords(effect)).toBe(words);
});

test('what is done several times is said once', () => {
  const effects: Effect[] = [
    { kind: 'deleteComment', id: 1 },
    { kind: 'addLabel', label: 'lgtm' },
    { kind: 'deleteComment', id: 2 },
  ];

  expect(effectsInWords(effects)).toEqual(['delete comment (2 times)', 'add label lgtm']);
});
