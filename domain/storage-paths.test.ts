import { describe, expect, test } from '@jest/globals';
import { parseBucket } from './bucket.ts';
import type { GcsConfiguration } from './job-config.ts';
import { joinPath } from './path-join.ts';
import type { ProwJobSpec } from './prowjob.ts';
import {
  aliasPath,
  indexPaths,
  jobDirectory,
  latestBuildPaths,
  runDirectory,
  runFilePath,
  runUrl,
} from './storage-paths.ts';

function presubmit(org: string, repo: string): ProwJobSpec {
  return { type: 'presubmit', job: 'unit', refs: { org, repo, pulls: [{ number: 5, author: 'ann', sha: 'cafe' }] } };
}
const defaults = { bucket: 'gs://logs', default_org: 'kubernetes', default_repo: 'kubernetes' };
const legacy: GcsConfiguration = { ...defaults, path_strategy: 'legacy' };
const periodic: ProwJobSpec = { type: 'periodic', job: 'unit' };

describe('run directories', () => {
  test.each([
    ['61: legacy, default repo', 'legacy', 'kubernetes', 'kubernetes', 'pr-logs/pull/5/unit/77'],
    ['61: legacy, default org', 'legacy', 'kubernetes', 'test-infra', 'pr-logs/pull/test-infra/5/unit/77'],
    ['61: legacy, other org', 'legacy', 'kubernetes-sigs', 'kind', 'pr-logs/pull/kubernetes-sigs_kind/5/unit/77'],
    ['single, default repo', 'single', 'kubernetes', 'kubernetes', 'pr-logs/pull/5/unit/77'],
    ['single, default org', 'single', 'kubernetes', 'test-infra', 'pr-logs/pull/kubernetes_test-infra/5/unit/77'],
    ['explicit', 'explicit', 'kubernetes', 'kubernetes', 'pr-logs/pull/kubernetes_kubernetes/5/unit/77'],
    ['a host as org', 'explicit', 'https://host.example/', 'a/b', 'pr-logs/pull/host.example_a_b/5/unit/77'],
  ])('%s', (_name, strategy, org, repo, expected) => {
    expect(runDirectory(presubmit(org, repo), { ...defaults, path_strategy: strategy }, '77')).toBe(expected);
  });

  test('of the other kinds', () => {
    expect(runDirectory(periodic, legacy, '77')).toBe('logs/unit/77');
    expect(runDirectory({ type: 'postsubmit', job: 'unit' }, legacy, '77')).toBe('logs/unit/77');
    expect(runDirectory({ type: 'batch', job: 'unit' }, legacy, '77')).toBe('pr-logs/pull/batch/unit/77');
    expect(jobDirectory(periodic, legacy)).toBe('logs/unit');
  });

  test('62: a path prefix is before the run but not before latest-build.txt', () => {
    const storage = { ...legacy, path_prefix: 'p/' };

    expect(runDirectory(periodic, storage, '77')).toBe('p/logs/unit/77');
    expect(latestBuildPaths(periodic, storage)).toEqual(['logs/unit/latest-build.txt']);
  });

  test('a presubmit without pull request is an error that names the job', () => {
    expect(() => runDirectory({ type: 'presubmit', job: 'unit' }, legacy, '77')).toThrow('presubmit unit');
  });
});

describe('alias and latest build', () => {
  test('a presubmit has an alias and two latest builds', () => {
    const spec = presubmit('kubernetes', 'test-infra');

    expect(aliasPath(spec, '77')).toBe('pr-logs/directory/unit/77.txt');
    expect(latestBuildPaths(spec, legacy)).toEqual([
      'pr-logs/directory/unit/latest-build.txt',
      'pr-logs/pull/test-infra/5/unit/latest-build.txt',
    ]);
  });

  test('a batch has no alias and one latest build', () => {
    expect(aliasPath({ type: 'batch', job: 'unit' }, '77')).toBeUndefined();
    expect(latestBuildPaths({ type: 'batch', job: 'unit' }, legacy)).toEqual([
      'pr-logs/directory/unit/latest-build.txt',
    ]);
  });

  test('a local output directory holds the files alone', () => {
    const local = { ...legacy, local_output_dir: '/out' };

    expect(runFilePath(periodic, legacy, '77', 'finished.json')).toBe('logs/unit/77/finished.json');
    expect(runFilePath(periodic, local, '77', 'finished.json')).toBe('finished.json');
    expect(indexPaths(periodic, legacy, '77')).toEqual(['logs/unit/latest-build.txt']);
    expect(indexPaths(periodic, local, '77')).toEqual([]);
  });

  test.each([
    ['gs://logs', 'gs://logs/logs/unit/77'],
    ['s3://logs/sub', 's3://logs/sub/logs/unit/77'],
    ['logs', 'gs://logs/logs/unit/77'],
  ])('the URL of a run in %s', (bucket, expected) => {
    expect(runUrl(periodic, { ...legacy, bucket }, '77')).toBe(expected);
  });
});

describe('buckets', () => {
  test.each([
    ['gs://x', { provider: 'gs', name: 'x', path: '' }],
    ['s3://x/y/z', { provider: 's3', name: 'x', path: '/y/z' }],
    ['x', { provider: 'gs', name: 'x', path: '' }],
    ['x/y', { provider: 'gs', name: 'x', path: '/y' }],
    ['', { provider: 'gs', name: '', path: '' }],
  ])('%j', (text, expected) => {
    expect(parseBucket(text)).toEqual(expected);
  });

  test.each(['://x', '1s://x', 'gs://a b', 'gs://a%zz', 'gs://a:b', 'gs://a/%'])('%j is refused', (text) => {
    expect(() => parseBucket(text)).toThrow(text);
  });
});

test.each([
  [['a', '', 'b/'], 'a/b'],
  [['/a', '../..', 'b'], '/b'],
  [['a//b', './c', '..'], 'a/b'],
  [['..', 'a'], '../a'],
  [['a', '..'], '.'],
  [['', ''], ''],
  [['/'], '/'],
])('joining %j gives %j', (elements, expected) => {
  expect(joinPath(...elements)).toBe(expected);
});
