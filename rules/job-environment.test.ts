import { describe, expect, test } from '@jest/globals';
import type { Refs } from '../domain/job-config.ts';
import type { ProwJobSpec } from '../domain/prowjob.ts';
import { jobEnvironment, reservedEnvNames } from './job-environment.ts';

const refs: Refs = {
  org: 'o',
  repo: 'r',
  base_ref: 'main',
  base_sha: 'ba5e',
  pulls: [{ number: 5, author: 'ann', sha: 'cafe', ref: 'refs/x' }],
};
function environment(spec: ProwJobSpec, paths = {}): Record<string, string> {
  return jobEnvironment({ spec, name: 'id', buildId: '77' }, paths);
}

test('a periodic gets no variables of refs, not even from extra refs', () => {
  const variables = environment({ type: 'periodic', agent: 'kubernetes', job: 'nightly', extra_refs: [refs] });

  expect(Object.keys(variables)).toEqual([
    'BUILD_ID',
    'BUILD_NUMBER',
    'CI',
    'JOB_NAME',
    'JOB_SPEC',
    'JOB_TYPE',
    'PROW_JOB_ID',
  ]);
  expect(JSON.parse(variables['JOB_SPEC'] ?? '')).toEqual({
    type: 'periodic',
    job: 'nightly',
    buildid: '77',
    prowjobid: 'id',
    extra_refs: [refs],
  });
});

test('a presubmit gets those of its pull request, empty ones too', () => {
  expect(environment({ type: 'presubmit', job: 'unit', refs })).toMatchObject({
    REPO_OWNER: 'o',
    REPO_NAME: 'r',
    PULL_REFS: 'main:ba5e,5:cafe:refs/x',
    PULL_NUMBER: '5',
    PULL_PULL_SHA: 'cafe',
    PULL_TITLE: '',
  });
});

describe('where the sources are', () => {
  test.each([
    ['nothing said', {}, 'github.com', 'o/r'],
    ['a link', { repo_link: 'https://ghe.example/a/b' }, 'ghe.example', 'a/b'],
    ['an alias', { path_alias: 'k8s.io/x/y', repo_link: 'https://ghe.example/a/b' }, 'k8s.io', 'x/y'],
    ['an alias without slash', { path_alias: 'k8s.io' }, 'k8s.io', 'o/r'],
  ])('%s', (_name, given, host, base) => {
    const variables = environment({ type: 'postsubmit', job: 'build', refs: { ...refs, ...given } });

    expect([variables['SRC_HOST'], variables['SRC_BASE']]).toEqual([host, base]);
  });
});

test('paths come from who runs the job', () => {
  expect(environment({ type: 'periodic', job: 'nightly' }, { artifacts: '/a', gopath: '/g' })).toMatchObject({
    ARTIFACTS: '/a',
    GOPATH: '/g',
  });
});

test('18: a periodic may set PULL_BASE_REF, a postsubmit may not; nobody is refused ARTIFACTS', () => {
  expect(reservedEnvNames('periodic')).not.toContain('PULL_BASE_REF');
  expect(reservedEnvNames('postsubmit')).toContain('PULL_BASE_REF');
  expect(reservedEnvNames('postsubmit')).not.toContain('PULL_NUMBER');
  expect(reservedEnvNames('presubmit')).toContain('PULL_NUMBER');
  expect(reservedEnvNames('presubmit')).not.toContain('ARTIFACTS');
});

test('a presubmit without pull request is an error that names the job', () => {
  expect(() => environment({ type: 'presubmit', job: 'unit' })).toThrow('presubmit unit has no refs');
});
