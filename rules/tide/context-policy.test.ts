/** The lines of spec tide.md 21 that are about contexts; golden data has many more. */
import { expect, test } from '@jest/globals';
import { mainWithDefaults, type DecodedMain } from '../../config/main-defaults.ts';
import type { Presubmit } from '../../domain/job-config.ts';
import { contextPolicy, isOptionalContext, missingContexts } from './context-policy.ts';

const place = { org: 'o', repo: 'r', branch: 'main' };

function policyOf(config: DecodedMain, ...presubmits: Presubmit[]) {
  return contextPolicy(mainWithDefaults(config), place, presubmits);
}

const options = (options: NonNullable<NonNullable<DecodedMain['tide']>['context_options']>): DecodedMain => ({
  tide: { context_options: options },
});

test('the deepest level decides flags, lists of all levels are united', () => {
  const policy = policyOf(
    options({
      'skip-unknown-contexts': true,
      'required-contexts': ['root'],
      orgs: {
        o: {
          'required-contexts': ['org'],
          repos: {
            r: { 'skip-unknown-contexts': false, branches: { main: { 'required-contexts': ['branch', 'org'] } } },
          },
        },
      },
    }),
  );

  expect(policy).toMatchObject({ required: ['branch', 'org', 'root'], skipsUnknown: false });
});

test.each<[given: string, job: Partial<Presubmit>, expected: string]>([
  ['that always runs', { always_run: true }, 'required'],
  ['for certain files', { run_if_changed: '^docs/' }, 'required if present'],
  ['that people start', {}, 'required if present'],
  ['that is optional', { always_run: true, optional: true }, 'optional'],
  ['that is not reported', { always_run: true, skip_report: true }, 'optional'],
  ['of another branch', { always_run: true, branches: ['^dev$'] }, 'unknown'],
])('a job %s', (_given, job, expected) => {
  const { required, requiredIfPresent, optional } = policyOf({}, { name: 'unit', context: 'ci/unit', ...job });

  const kinds = { required, 'required if present': requiredIfPresent, optional };
  const kind = Object.entries(kinds).find(([, contexts]) => contexts.includes('ci/unit'))?.[0];
  expect(kind ?? 'unknown').toBe(expected);
});

test('a job without a context reports under its name', () => {
  expect(policyOf({}, { name: 'unit', always_run: true }).required).toEqual(['unit']);
});

test('what runs before the merge may be named as required', () => {
  const config = options({ 'required-contexts': ['last'] });

  const policy = policyOf(config, { name: 'last', run_before_merge: true });

  expect(policy).toMatchObject({ required: ['last'], requiredIfPresent: [] });
});

test.each<[given: string, protection: NonNullable<DecodedMain['branch-protection']>, required: string[]]>([
  ['where the branch is protected', { orgs: { o: { protect: true } } }, ['cla', 'unit']],
  ['where nothing says so', { orgs: { o: {} } }, ['unit']],
  ['where it is not to be protected', { protect: true, orgs: { o: { protect: false } } }, ['unit']],
  ['where the organisation is not listed', { protect: true, orgs: {} }, ['unit']],
  ['where tested branches are', { 'protect-tested-repos': true, orgs: { o: {} } }, ['cla', 'unit']],
  [
    'where the branch is listed and nothing protects it',
    { 'protect-tested-repos': true, orgs: { o: { repos: { r: { branches: { main: {} } } } } } },
    ['unit'],
  ],
  [
    'where manual jobs are required',
    { orgs: { o: { protect: true, require_manually_triggered_jobs: true } } },
    ['cla', 'manual', 'unit'],
  ],
])('branch protection is asked %s', (_given, protection, required) => {
  const config = {
    ...options({ 'from-branch-protection': true }),
    'branch-protection': { ...protection, required_status_checks: { contexts: ['cla'] } },
  };

  const policy = policyOf(config, { name: 'unit', always_run: true }, { name: 'manual' });

  expect(policy.required).toEqual(required);
});

test.each<[kind: string, config: DecodedMain, job: Partial<Presubmit>]>([
  ['required-and-optional', options({ 'required-contexts': ['x'] }), { always_run: true, optional: true }],
  ['required-and-if-present', options({ 'required-contexts': ['x'] }), { run_if_changed: 'a' }],
  ['optional-and-if-present', options({ 'optional-contexts': ['x'] }), {}],
  ['regex-matches-required', options({ 'optional-regex-contexts': ['^x$'] }), { always_run: true }],
  ['regex-matches-if-present', options({ 'optional-regex-contexts': ['^x$'] }), {}],
  ['regex-compile', options({ 'optional-regex-contexts': ['('] }), {}],
])('a contradiction is refused: %s', (kind, config, job) => {
  expect(() => policyOf(config, { name: 'x', ...job })).toThrow(expect.objectContaining({ kind }));
});

test('what may fail, and what is missing', () => {
  const policy = policyOf(
    options({ 'required-contexts': ['a'], 'optional-contexts': ['b'], 'optional-regex-contexts': ['^c'] }),
  );

  expect(['a', 'b', 'cc', 'other'].filter((context) => isOptionalContext(policy, context))).toEqual(['b', 'cc']);
  expect(missingContexts(policy, ['b'])).toEqual(['a']);
});
