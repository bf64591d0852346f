import { describe, expect, test } from '@jest/globals';
import { parseDuration } from '../../domain/duration.ts';
import type { DecorationConfig, PodSpec } from '../../domain/job-config.ts';
import { podFromProwJob } from './pod-from-prowjob.ts';
import { withPodSettings } from './pod-settings.ts';
import { buildId, decorated } from './test-prowjobs.ts';

describe('56: terminationGracePeriodSeconds, a quarter longer than the grace period', () => {
  test.each([
    ['15m', 1125],
    ['10s', 12],
    ['1s', 1],
    ['1.5s', 1],
    ['500ms', 0],
    ['0s', 0],
  ])('%s: %d', (gracePeriod, seconds) => {
    expect(withPodSettings({}, {}, parseDuration(gracePeriod))).toMatchObject({
      terminationGracePeriodSeconds: seconds,
    });
  });

  test("the job's own stays, even 0", () => {
    const spec = withPodSettings({ terminationGracePeriodSeconds: 0 }, {}, parseDuration('15m'));

    expect(spec['terminationGracePeriodSeconds']).toBe(0);
  });

  test('none without a grace period', () => {
    expect(withPodSettings({}, {}, undefined)).not.toHaveProperty('terminationGracePeriodSeconds');
  });
});

test.each<[string, PodSpec, DecorationConfig, PodSpec]>([
  ['a security context is always there', {}, {}, { securityContext: {} }],
  [
    'ids, also root',
    {},
    { run_as_user: 0, run_as_group: 2000, fs_group: 3000 },
    { securityContext: { runAsUser: 0, runAsGroup: 2000, fsGroup: 3000 } },
  ],
  [
    "the job's own ids stay, also root",
    { securityContext: { runAsUser: 0, runAsNonRoot: true } },
    { run_as_user: 1000, fs_group: 3000 },
    { securityContext: { runAsUser: 0, runAsNonRoot: true, fsGroup: 3000 } },
  ],
  [
    'scheduling',
    {},
    { scheduling_options: { affinity: { nodeAffinity: {} }, tolerations: [{ key: 'k' }] } },
    { securityContext: {}, affinity: { nodeAffinity: {} }, tolerations: [{ key: 'k' }] },
  ],
  [
    "the job's own tolerations stay, its affinity is filled in",
    { tolerations: [{ key: 'mine' }] },
    { scheduling_options: { affinity: { podAffinity: {} }, tolerations: [{ key: 'k' }] } },
    { securityContext: {}, affinity: { podAffinity: {} }, tolerations: [{ key: 'mine' }] },
  ],
  ['a service account', {}, { default_service_account_name: 'sa' }, { securityContext: {}, serviceAccountName: 'sa' }],
  [
    "the job's own service account",
    { serviceAccountName: 'mine' },
    { default_service_account_name: 'sa' },
    { securityContext: {}, serviceAccountName: 'mine' },
  ],
  ['an empty default', {}, { default_service_account_name: '' }, { securityContext: {} }],
])('%s', (_name, spec, decoration, expected) => {
  expect(withPodSettings(spec, decoration, undefined)).toEqual(expected);
});

test('57: the token of a default service account is not mounted', () => {
  const { spec } = podFromProwJob(decorated({ default_service_account_name: 'sa' }), { buildId });

  expect(spec).toMatchObject({ serviceAccountName: 'sa', automountServiceAccountToken: false });
});
