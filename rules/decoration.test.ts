import { describe, expect, test } from '@jest/globals';
import type { DecorationConfig } from '../domain/job-config.ts';
import { effectiveDecoration, effectiveProwJobDefaults, mergeDecoration } from './decoration.ts';
import { mapEntries, matchesEntry } from './entry-match.ts';

describe('which entries apply (spec 1.10)', () => {
  test.each([
    [{}, 'org/repo', 'default', true],
    [{ repo: '*', cluster: '*' }, 'org/repo', 'c', true],
    [{ repo: 'org' }, 'org/repo', 'c', true],
    [{ repo: 'org/repo' }, 'org/repo', 'c', true],
    [{ repo: 'org/other' }, 'org/repo', 'c', false],
    [{ repo: 'or.*' }, 'org/repo', 'c', false],
    [{ cluster: 'c' }, 'org/repo', 'd', false],
    [{ repo: 'org', cluster: 'c' }, 'org/repo', 'c', true],
    [{ repo: 'org' }, '', 'c', false],
    [{ repo: '*' }, '', 'c', true],
    [{ repo: 'x.googlesource.com' }, 'https://x-review.googlesource.com/repo', 'c', true],
    [{ repo: 'x.googlesource.com/repo' }, 'http://x.googlesource.com/repo', 'c', true],
  ])('%j for %j on %s: %s', (entry, repo, cluster, applies) => {
    expect(matchesEntry(entry, repo, cluster)).toBe(applies);
  });

  test('the map form is ordered: *, organisations, repositories', () => {
    const keys = mapEntries({ 'o/r': 1, b: 2, '*': 3, a: 4 }).map(({ repo }) => repo);

    expect(keys).toEqual(['*', 'a', 'b', 'o/r']);
  });
});

describe('merging decoration (spec 1.10)', () => {
  const rows: [name: string, over: DecorationConfig, below: DecorationConfig, merged: DecorationConfig][] = [
    [
      'a set field overrides',
      { timeout: '1h0m0s' },
      { timeout: '2h0m0s', grace_period: '1m0s' },
      { timeout: '1h0m0s', grace_period: '1m0s' },
    ],
    [
      'an empty secret counts as set',
      { gcs_credentials_secret: '' },
      { gcs_credentials_secret: 's' },
      { gcs_credentials_secret: '' },
    ],
    ['an empty app id does not', { github_app_id: '' }, { github_app_id: '5' }, { github_app_id: '5' }],
    ['an empty list does not', { ssh_key_secrets: [] }, { ssh_key_secrets: ['k'] }, { ssh_key_secrets: ['k'] }],
    [
      'a list replaces the whole list',
      { ssh_key_secrets: ['a'] },
      { ssh_key_secrets: ['b', 'c'] },
      { ssh_key_secrets: ['a'] },
    ],
    ['false counts as set', { skip_cloning: false }, { skip_cloning: true }, { skip_cloning: false }],
    ['zero counts as set', { run_as_user: 0 }, { run_as_user: 5 }, { run_as_user: 0 }],
    [
      'images merge one by one',
      { utility_images: { sidecar: 's2' } },
      { utility_images: { sidecar: 's1', entrypoint: 'e1' } },
      { utility_images: { sidecar: 's2', entrypoint: 'e1' } },
    ],
    [
      'resources are replaced per container',
      { resources: { sidecar: { requests: { cpu: '1' } } } },
      { resources: { sidecar: { limits: { cpu: '2' } }, clonerefs: { limits: { cpu: '3' } } } },
      { resources: { sidecar: { requests: { cpu: '1' } }, clonerefs: { limits: { cpu: '3' } } } },
    ],
    [
      'of media types the lower layer wins (9.1.10)',
      { gcs_configuration: { mediaTypes: { log: 'b', z: 'z' } } },
      { gcs_configuration: { bucket: 'x', mediaTypes: { log: 'a' } } },
      { gcs_configuration: { bucket: 'x', mediaTypes: { log: 'a', z: 'z' } } },
    ],
    [
      'censoring merges per field',
      { censoring_options: { minimum_secret_length: 3 } },
      { censoring_options: { minimum_secret_length: 1, include_directories: ['x'] } },
      { censoring_options: { minimum_secret_length: 3, include_directories: ['x'] } },
    ],
  ];
  test.each(rows)('%s', (_name, over, below, merged) => {
    expect(mergeDecoration(over, below)).toEqual(merged);
  });

  test('changes nothing that it is given', () => {
    const below: DecorationConfig = Object.freeze({
      gcs_configuration: Object.freeze({ mediaTypes: Object.freeze({ a: 'b' }) }),
    });

    const merged = mergeDecoration({ gcs_configuration: { mediaTypes: { c: 'd' } } }, below);

    expect(merged?.gcs_configuration?.mediaTypes).toEqual({ a: 'b', c: 'd' });
    expect(below.gcs_configuration?.mediaTypes).toEqual({ a: 'b' });
  });

  test('9.1.7 a cluster entry switches the secret off for its cluster only', () => {
    const entries = [
      { config: { gcs_credentials_secret: 's' } },
      { cluster: 'c', config: { gcs_credentials_secret: '' } },
    ];

    expect(effectiveDecoration(entries, 'o/r', 'c').gcs_credentials_secret).toBe('');
    expect(effectiveDecoration(entries, 'o/r', 'd').gcs_credentials_secret).toBe('s');
  });

  test('the job comes last, after entries in their order', () => {
    const entries = [
      { config: { timeout: '1h0m0s', grace_period: '1s' } },
      { repo: 'o', config: { timeout: '2h0m0s' } },
    ];

    expect(effectiveDecoration(entries, 'o/r', 'c')).toEqual({ timeout: '2h0m0s', grace_period: '1s' });
    expect(effectiveDecoration(entries, 'o/r', 'c', { timeout: '3h0m0s' }).timeout).toBe('3h0m0s');
  });
});

describe('defaults of ProwJobs (spec 1.10)', () => {
  test('the tenant defaults, entries and the job override it', () => {
    const entries = [{ repo: 'o', config: { tenant_id: 't' } }];

    expect(effectiveProwJobDefaults([], '', 'c')).toEqual({ tenant_id: 'GlobalDefaultID' });
    expect(effectiveProwJobDefaults(entries, 'o/r', 'c')).toEqual({ tenant_id: 't' });
    expect(effectiveProwJobDefaults(entries, 'o/r', 'c', { tenant_id: 'own' })).toEqual({ tenant_id: 'own' });
    expect(effectiveProwJobDefaults(entries, 'p/r', 'c', { tenant_id: '' })).toEqual({ tenant_id: 'GlobalDefaultID' });
  });
});
