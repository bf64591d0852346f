import { expect, test } from '@jest/globals';
import { mainWithDefaults, type DecodedMain } from '../../config/main-defaults.ts';
import type { ExplainedJob, Explanation } from '../../domain/review/explanation.ts';
import type { ItemBrief } from '../../domain/review/resolved-event.ts';
import { conditionWords } from './condition-words.ts';
import { explainedReadiness, type RepoConfig } from './explained-readiness.ts';

const head = 'c'.repeat(40);

function explanation(item: Partial<ItemBrief> | undefined, ...jobs: Partial<ExplainedJob>[]): Explanation {
  return {
    target: { kind: 'change', host: 'forge', org: 'acme', repo: 'app', number: 7 },
    ...(item && {
      item: {
        title: 'mend',
        author: 'carol',
        state: 'open',
        url: 'https://x',
        baseRef: 'main',
        headSha: head,
        labels: ['lgtm'],
        ...item,
      },
    }),
    jobs: jobs.map((job, index) => ({
      name: `n${index}`,
      workflowId: `job:n${index}`,
      job: 'unit',
      type: 'presubmit',
      state: 'success',
      complete: true,
      startedAt: `2026-01-01T00:00:0${index}Z`,
      context: 'unit',
      sha: head,
      ...job,
    })),
    stories: [],
    failures: [],
    waiting: { events: 0, reports: 0, again: [], errands: [] },
    handled: 1,
  };
}

function repoConfig(change: Partial<RepoConfig> = {}, main: DecodedMain = {}): RepoConfig {
  return {
    main: mainWithDefaults({ tide: { queries: [{ repos: ['acme/app'], labels: ['lgtm'] }] }, ...main }),
    presubmits: [{ name: 'unit', always_run: true }],
    configuresItself: false,
    ...change,
  };
}

function words(given: Explanation, config = repoConfig()): string[] | undefined {
  const readiness = explainedReadiness(given, config);
  return (
    readiness && [
      readiness.verdict,
      ...(readiness.nearest?.conditions ?? []).map(conditionWords),
      ...readiness.contexts.map(conditionWords),
    ]
  );
}

test.each<[given: string, jobs: Partial<ExplainedJob>[], expected: string[]]>([
  ['has succeeded', [{}], ['met', 'lgtm', 'unit has succeeded']],
  ['has not run', [], ['unmet', 'lgtm', 'unit has not run']],
  ['waits for its turn', [{ state: 'scheduling', complete: false }], ['unmet', 'lgtm', 'unit is under way']],
  ['was aborted', [{ state: 'aborted' }], ['unmet', 'lgtm', 'unit has failed']],
  ['has run for an older head', [{ sha: 'a'.repeat(40) }], ['unmet', 'lgtm', 'unit has not run']],
  ['has failed before', [{ state: 'failure' }, {}], ['met', 'lgtm', 'unit has succeeded']],
  ['has a superseded run', [{}, { state: 'aborted', superseded: true }], ['met', 'lgtm', 'unit has succeeded']],
])('its job %s', (_given, jobs, expected) => {
  expect(words(explanation({}, ...jobs))).toEqual(expected);
});

test('an optional job that only the repository knows may fail, a required one not', () => {
  const own = (optional: boolean): Partial<ExplainedJob> => ({ context: 'own', state: 'failure', optional });
  const config = repoConfig({ presubmits: [], configuresItself: true });

  expect(words(explanation({}, own(true)), config)).toEqual(['met', 'lgtm']);
  expect(words(explanation({}, own(false)), config)).toEqual(['unmet', 'lgtm', 'own has failed']);
});

test('before the jobs of a repository that configures itself have started, nobody knows of them', () => {
  const config = repoConfig({ presubmits: [], configuresItself: true });

  expect(explainedReadiness(explanation({}), config)).toMatchObject({ verdict: 'unknown', awaitsOwnJobs: true });
  expect(explainedReadiness(explanation({ labels: [] }), config)).toMatchObject({ verdict: 'unmet' });
  expect(explainedReadiness(explanation({}, {}), config)).toMatchObject({ verdict: 'met', awaitsOwnJobs: false });
});

test('what others report is not known', () => {
  const main: DecodedMain = {
    tide: { queries: [{ repos: ['acme/app'], milestone: 'v1' }], context_options: { 'required-contexts': ['cla'] } },
  };

  expect(words(explanation({}, {}), repoConfig({}, main))).toEqual([
    'unknown',
    'milestone v1 is needed; the code host knows',
    'cla must succeed; it is none of our jobs, the code host knows',
    'unit has succeeded',
  ]);
});

test('a configuration that contradicts itself is named', () => {
  const main: DecodedMain = {
    tide: { queries: [{ repos: ['acme/app'] }], context_options: { 'optional-contexts': ['unit'] } },
  };

  expect(explainedReadiness(explanation({}, {}), repoConfig({}, main))).toMatchObject({
    verdict: 'unknown',
    contexts: [],
    policyProblem: 'The configuration contradicts itself. unit: required, and optional as well.',
  });
});

test('a base branch that nobody has told leaves contexts open', () => {
  const { baseRef: _unknown, ...item } = explanation({}).item ?? { baseRef: '' };

  expect(explainedReadiness({ ...explanation({}), item: item as ItemBrief }, repoConfig())).toMatchObject({
    verdict: 'unknown',
    policyProblem: 'The base branch is not known yet.',
  });
});

test.each<[given: string, item: Partial<ItemBrief> | undefined]>([
  ['a closed change', { state: 'closed' }],
  ['a merged one', { state: 'closed', merged: true }],
  ['one that nobody has told of', undefined],
])('%s is not judged', (_given, item) => {
  expect(explainedReadiness(explanation(item), repoConfig())).toBeUndefined();
});

test('an issue is not judged', () => {
  const { baseRef: _base, headSha: _head, ...issue } = explanation({}).item ?? { baseRef: '' };

  expect(explainedReadiness({ ...explanation({}), item: issue as ItemBrief }, repoConfig())).toBeUndefined();
});
