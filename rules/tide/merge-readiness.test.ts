import { expect, test } from '@jest/globals';
import type { StatusState } from '../../domain/review/item.ts';
import type { ContextPolicy } from './context-policy.ts';
import { mergeReadiness, type ChangeFacts, type Condition } from './merge-readiness.ts';
import type { TideQuery } from './tide-config.ts';

const repos = ['acme/app'];

function facts(change: Partial<ChangeFacts> = {}): ChangeFacts {
  return { org: 'acme', repo: 'app', author: 'ann', branch: 'main', labels: [], contexts: new Map(), ...change };
}

function policy(change: Partial<ContextPolicy> = {}): ContextPolicy {
  return {
    required: [],
    requiredIfPresent: [],
    optional: [],
    optionalPatterns: [],
    requiresManualJobs: false,
    ...change,
  };
}

const contexts = (states: Record<string, StatusState>) => new Map(Object.entries(states));

/** `✗ label lgtm`, as short as a table needs it. */
function line({ kind, name, verdict, state }: Condition): string {
  const mark = { met: '✓', unmet: '✗', unknown: '?' }[verdict];
  return [mark, kind, name, state].filter(Boolean).join(' ');
}

test.each<[given: string, query: Omit<TideQuery, 'repos'>, change: Partial<ChangeFacts>, expected: string[]]>([
  ['a label that is there', { labels: ['lgtm'] }, { labels: ['lgtm'] }, ['✓ label lgtm']],
  ['labels that are not', { labels: ['lgtm', 'approved'] }, {}, ['✗ label approved', '✗ label lgtm']],
  ['one of two alternatives', { labels: ['a,b'] }, { labels: ['b'] }, ['✓ label a,b']],
  ['none of them', { labels: ['a,b'] }, { labels: ['a,b'] }, ['✗ label a,b']],
  ['another case', { labels: ['lgtm'] }, { labels: ['LGTM'] }, ['✗ label lgtm']],
  ['a label that forbids it', { missingLabels: ['hold'] }, { labels: ['hold'] }, ['✗ noLabel hold']],
  ['a comma in such a label', { missingLabels: ['a,b'] }, { labels: ['a'] }, ['✓ noLabel a,b']],
  [
    'labels that nobody has told',
    { labels: ['lgtm'], missingLabels: ['hold'] },
    { labels: undefined },
    ['? label lgtm', '? noLabel hold'],
  ],
  ['the author', { author: '@Ann' }, {}, ['✓ author ann']],
  ['another author', { author: 'bob' }, {}, ['✗ author bob']],
  ['a branch that is taken', { includedBranches: ['main'] }, {}, ['✓ branch main']],
  ['one that is not', { includedBranches: ['mai'] }, {}, ['✗ branch main']],
  ['one that is left out', { excludedBranches: ['main'] }, {}, ['✗ branch main']],
  ['one that is not left out', { excludedBranches: ['dev'] }, {}, ['✓ branch main']],
  ['a branch that nobody has told', { excludedBranches: ['dev'] }, { branch: undefined }, ['? branch']],
  ['the milestone', { milestone: 'v1' }, { milestone: 'v1' }, ['✓ milestone v1']],
  ['no milestone', { milestone: 'v1' }, { milestone: null }, ['✗ milestone v1']],
  ['a milestone that nobody has told', { milestone: 'v1' }, {}, ['? milestone v1']],
  ['approving reviews', { reviewApprovedRequired: true }, { reviewApproved: true }, ['✓ review']],
  ['too few of them', { reviewApprovedRequired: true }, { reviewApproved: false }, ['✗ review']],
  ['reviews that nobody has told', { reviewApprovedRequired: true }, {}, ['? review']],
  ['nothing asked for', {}, {}, []],
])('of a query: %s', (_given, query, change, expected) => {
  const { nearest } = mergeReadiness([{ repos, ...query }], facts(change), policy());

  expect(nearest?.conditions.map(line)).toEqual(expected);
});

test.each<[given: string, counts: Partial<ContextPolicy>, known: Record<string, StatusState>, expected: string[]]>([
  ['a required one that is missing', { required: ['unit'] }, {}, ['✗ context unit']],
  ['and one that only others report', { required: ['cla'] }, {}, ['? context cla']],
  ['one that has succeeded', { required: ['unit'] }, { unit: 'success' }, ['✓ context unit success']],
  ['one under way', { required: ['unit'] }, { unit: 'pending' }, ['✗ context unit pending']],
  ['one required if present that is not', { requiredIfPresent: ['e2e'] }, {}, []],
  ['one that is', { requiredIfPresent: ['e2e'] }, { e2e: 'failure' }, ['✗ context e2e failure']],
  ['an optional one that failed', { optional: ['lint'] }, { lint: 'failure' }, []],
  ['one that a pattern makes optional', { optionalPatterns: ['^li'] }, { lint: 'failure' }, []],
  ['one that nothing names', {}, { other: 'error' }, ['✗ context other error']],
  ['one that nothing names, where those are skipped', { skipsUnknown: true }, { other: 'error' }, []],
  ["Tide's own", {}, { tide: 'pending' }, []],
  [
    'several',
    { required: ['b'] },
    { c: 'success', a: 'success' },
    ['✓ context a success', '✗ context b', '✓ context c success'],
  ],
])('of contexts: %s', (_given, counts, known, expected) => {
  const judged = mergeReadiness(
    [{ repos }],
    facts({ contexts: contexts(known), wouldKnow: (context) => context !== 'cla' }),
    policy(counts),
  );

  expect(judged.contexts.map(line)).toEqual(expected);
});

test.each<[given: string, queries: TideQuery[], nearest: number | undefined]>([
  ['none is about the repository', [{ repos: ['acme/other'], labels: [] }], undefined],
  [
    'the one from which less is missing',
    [
      { repos, labels: ['a', 'b'] },
      { repos, labels: ['a'] },
    ],
    1,
  ],
  [
    'of two as near, the earlier',
    [
      { repos, labels: ['a'] },
      { repos, labels: ['b'] },
    ],
    0,
  ],
  [
    'a wrong branch is further than three labels',
    [
      { repos, includedBranches: ['z'] },
      { repos, labels: ['a', 'b', 'c'] },
    ],
    1,
  ],
  [
    'what is not known is not far',
    [
      { repos, labels: ['a'] },
      { repos, milestone: 'v1' },
    ],
    1,
  ],
  ['the whole organisation', [{ orgs: ['acme'], labels: ['a'] }], 0],
  ['but for this repository', [{ orgs: ['acme'], excludedRepos: repos }], undefined],
  ['an organisation decides alone', [{ orgs: ['acme'], excludedRepos: repos, repos }], undefined],
])('which query is nearest: %s', (_given, queries, nearest) => {
  expect(mergeReadiness(queries, facts(), policy()).nearest?.index).toBe(nearest);
});

test.each<[given: string, queries: TideQuery[], counts: ContextPolicy | undefined, verdict: string]>([
  ['all is met', [{ repos, labels: ['lgtm'] }], policy(), 'met'],
  ['a label is missing', [{ repos, labels: ['approved'] }], policy(), 'unmet'],
  ['a context is missing', [{ repos }], policy({ required: ['unit'] }), 'unmet'],
  ['something is not known', [{ repos, milestone: 'v1' }], policy(), 'unknown'],
  ['something is not known, something else missing', [{ repos, milestone: 'v1', labels: ['a'] }], policy(), 'unmet'],
  ['it is not known which contexts count', [{ repos, labels: ['lgtm'] }], undefined, 'unknown'],
  ['no query is about it', [], policy(), 'unmet'],
])('the verdict where %s', (_given, queries, counts, verdict) => {
  expect(mergeReadiness(queries, facts({ labels: ['lgtm'] }), counts).verdict).toBe(verdict);
});
