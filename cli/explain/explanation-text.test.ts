import { expect, test } from '@jest/globals';
import { mainWithDefaults } from '../../config/main-defaults.ts';
import type { ExplainedJob, Explanation } from '../../domain/review/explanation.ts';
import { explainedReadiness } from '../../rules/tide/explained-readiness.ts';
import { explanationText, type ExplanationPage } from './explanation-text.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const head = 'c'.repeat(40);

function explanation(change: Partial<Explanation> = {}): Explanation {
  return {
    target: { kind: 'change', host: 'forge', org: 'acme', repo: 'app', number: 7 },
    item: {
      title: 'mend',
      author: 'carol',
      state: 'open',
      url: 'https://x/7',
      baseRef: 'main',
      headSha: head,
      labels: ['approved', 'do-not-merge/hold'],
    },
    jobs: [],
    stories: [],
    failures: [],
    waiting: { events: 0, reports: 0, again: [], errands: [] },
    handled: 1,
    ...change,
  };
}

const query = {
  repos: ['acme/app'],
  labels: ['lgtm', 'approved'],
  missingLabels: ['do-not-merge/hold', 'needs-rebase', 'needs-ok-to-test'],
};

function text(given: Explanation, change: Partial<ExplanationPage> = {}, queries = [query]): string {
  const readiness = explainedReadiness(given, {
    main: mainWithDefaults({ tide: { queries } }),
    presubmits: [{ name: 'unit', always_run: true }],
    configuresItself: false,
  });
  const page = { explanation: given, configPath: '/etc/config.yaml', now, ...(readiness && { readiness }), ...change };
  return explanationText(page).join('\n');
}

test('a change on its way', () => {
  const given = explanation({
    jobs: [
      {
        name: 'n1',
        workflowId: 'job:n1',
        job: 'unit',
        type: 'presubmit',
        state: 'success',
        complete: true,
        startedAt: '2026-01-01T11:55:00Z',
        url: 'https://deck/1',
        context: 'unit',
        sha: head,
      },
      {
        name: 'n2',
        workflowId: 'job:n2',
        job: 'end-to-end',
        type: 'presubmit',
        state: 'pending',
        complete: false,
        startedAt: '2026-01-01T11:59:57Z',
        description: 'Waits for a pod.',
        context: 'e2e',
        sha: head,
      },
    ],
    stories: [
      { at: '2026-01-01T11:50:00Z', story: 'opened by carol', did: ['add label size/S', 'start unit, end-to-end'] },
      { at: '2026-01-01T11:59:00Z', story: 'comment by dave', did: [] },
    ],
    failures: [{ at: '2026-01-01T11:59:00Z', story: '/lgtm by bob', what: 'plugin lgtm', reason: 'no answer' }],
    doing: 'evaluate: /hold by bob',
    waiting: {
      events: 1,
      reports: 2,
      again: [{ what: 'opened by carol, for needs-rebase', at: '2026-01-01T12:01:00Z' }],
      errands: ['cherry-pick to r1'],
    },
    handled: 3,
  });

  expect(text(given, { actorUrl: 'http://ui/x' })).toBe(
    `acme/app#7 mend
  by carol, open, into main, head cccccccccccc
  https://x/7
  labels: approved, do-not-merge/hold

Not ready to merge: its Tide query is tide.queries[0] of /etc/config.yaml
  ✗ lgtm is missing
  ✗ do-not-merge/hold is on it
  ✗ e2e is under way
  ✓ approved
  ✓ unit has succeeded
  ✓ none of needs-ok-to-test, needs-rebase is on it

Jobs
  unit        success  5m0s ago  https://deck/1
  end-to-end  pending  3s ago    Waits for a pod.

What happened
    10m0s ago  opened by carol → add label size/S; start unit, end-to-end
  1 other event called for nothing or came earlier; --output json has them

What failed
     1m0s ago  /lgtm by bob: plugin lgtm: no answer

What it waits for
  now: evaluate: /hold by bob
  1 event in line
  2 statuses to be written
  under way: cherry-pick to r1
  again in 1m0s: opened by carol, for needs-rebase

Actor
  at work; 3 events so far
  http://ui/x`,
  );
});

const unit: ExplainedJob = {
  name: 'n1',
  workflowId: 'job:n1',
  job: 'unit',
  type: 'presubmit',
  state: 'success',
  complete: true,
  startedAt: '2026-01-01T11:55:00Z',
  context: 'unit',
  sha: head,
};

function labelled(...labels: string[]): Explanation {
  const given = explanation({ jobs: [unit] });
  return { ...given, ...(given.item && { item: { ...given.item, labels } }) };
}

test('a change that is ready', () => {
  expect(text(labelled('lgtm', 'approved'))).toContain(`
Ready to merge: its Tide query is tide.queries[0] of /etc/config.yaml
  ✓ approved
  ✓ lgtm
  ✓ unit has succeeded
  ✓ none of do-not-merge/hold, needs-ok-to-test, needs-rebase is on it
`);
});

test('the nearest of several queries, and one label that is rightly absent', () => {
  const given = labelled('lgtm');

  expect(text(given, {}, [query, { repos: ['acme/app'], labels: ['lgtm'], missingLabels: ['hold'] }])).toContain(`
Ready to merge: the nearest of 2 Tide queries is tide.queries[1] of /etc/config.yaml
  ✓ lgtm
  ✓ hold is not on it
`);
});

test('no query is about it', () => {
  expect(text(labelled(), {}, [])).toContain(
    '\nNot ready to merge: no Tide query of /etc/config.yaml is about acme/app\n',
  );
});

test('what only others know', () => {
  const queries = [{ ...query, milestone: 'v1' }];

  expect(text(labelled('lgtm', 'approved'), {}, queries)).toContain(`
Nothing known is missing, but not all is known: its Tide query is tide.queries[0] of /etc/config.yaml
  ? milestone v1 is needed; the code host knows
`);
});

test('jobs and a configuration of which nothing is known', () => {
  const readiness = { queries: [], contexts: [], verdict: 'unmet' as const };

  const lines = text(labelled(), {
    readiness: { ...readiness, awaitsOwnJobs: true, policyProblem: 'The configuration contradicts itself.' },
  });

  expect(lines).toContain('\n  ? The configuration contradicts itself.\n');
  expect(lines).toContain('\n  ? jobs that the repository configures itself: none has started for this head\n');
});

test.each<[given: string, change: Partial<Explanation>, expected: string]>([
  ['nothing is known of', { item: undefined } as object, 'acme/app#7\n  Nothing is known of it yet but its number.\n'],
  ['was merged', itemOf({ state: 'closed', merged: true }), '  by carol, merged, into main'],
  ['is a draft', itemOf({ draft: true }), '  by carol, open as a draft, into main'],
  ['has no labels', itemOf({ labels: [] }), '  labels: none\n'],
])('one that %s', (_given, change, expected) => {
  expect(text(explanation(change))).toContain(expected);
});

function itemOf(change: object): Partial<Explanation> {
  const { item } = explanation();
  return item ? { item: { ...item, ...change } } : {};
}

test('only the latest of many events are shown', () => {
  const at = '2026-01-01T11:59:00Z';
  const stories = Array.from({ length: 15 }, (_, index) => ({ at, story: `event ${index}`, did: ['comment'] }));

  const lines = text(explanation({ stories: [...stories, { at, story: 'nothing', did: [] }] }));

  expect(lines).not.toMatch(/event 2 |nothing →/);
  expect(lines).toContain('What happened\n     1m0s ago  event 3 → comment\n');
  expect(lines).toContain('event 14 → comment\n  4 other events called for nothing or came earlier');
});

test('of much that is to be looked at again, the next is shown', () => {
  const again = Array.from({ length: 5 }, (_, index) => ({
    what: `event ${index}, for needs-rebase`,
    at: `2026-01-01T12:0${index}:00Z`,
  }));

  const lines = text(explanation({ waiting: { events: 0, reports: 0, errands: [], again } }));

  expect(lines).toContain('again in 2m0s: event 2, for needs-rebase\n  and 2 more to look at again\n');
});

test.each<[life: string, change: Partial<Explanation>, page: Partial<ExplanationPage>, expected: string]>([
  ['waits', { endsAt: '2026-01-09T12:00:00Z' }, {}, '  waits for events; ends in 8d if none comes; 1 event so far'],
  [
    'has ended',
    { endsAt: '2026-01-01T11:00:00Z' },
    { endedAt: new Date('2026-01-01T11:00:00Z') },
    '  ended 1h0m ago, as nothing was left to be done; the next event begins another; 1 event so far',
  ],
])('an actor that %s', (_life, change, page, expected) => {
  expect(text(explanation(change), page)).toContain(`\nActor\n${expected}`);
});

test('texts of others cannot drive the terminal', () => {
  const evil = '\u001b[2J\u009b31m\u202Eevil\r\n';
  const given = explanation({
    ...itemOf({ title: evil, author: evil, url: evil, baseRef: evil, headSha: evil, labels: [evil] }),
    target: { kind: 'change', host: evil, org: evil, repo: evil, number: 7 },
    jobs: [{ ...unit, job: evil, url: evil, context: evil }],
    stories: [{ at: '2026-01-01T11:59:00Z', story: evil, did: [evil] }],
    failures: [{ at: '2026-01-01T11:59:00Z', story: evil, what: evil, reason: evil }],
    doing: evil,
    waiting: { events: 1, reports: 0, again: [{ what: evil, at: '2026-01-01T12:01:00Z' }], errands: [evil] },
  });
  const queries = [{ repos: [`${evil}/${evil}`], labels: [evil], missingLabels: [evil, `${evil}2`], author: evil }];

  const lines = text(given, { configPath: evil }, queries);

  expect(lines.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  expect(lines.match(/evil/g)?.length).toBeGreaterThan(15);
});
