import { expect, test } from '@jest/globals';
import type { GcsConfiguration } from './job-config.ts';
import { storageProblem } from './storage-problem.ts';

const plain = { bucket: 'gs://logs', path_strategy: 'legacy', default_org: 'org', default_repo: 'repo' };

test.each<[string, { job?: string; org?: string; repo?: string }, GcsConfiguration, string | undefined]>([
  [
    'ordinary names',
    { job: 'a.b..c', org: 'https://gerrit.example', repo: 'a/b' },
    { path_prefix: '/p/..q/' },
    undefined,
  ],
  ['a job that is a folder above', { job: '..' }, {}, 'the name of the job may not have "." or ".." as a part: ".."'],
  ['a repository that climbs', { repo: '../../logs' }, {}, 'refs.repo may not'],
  ['an org', { org: '..' }, {}, 'refs.org may not'],
  ['a prefix', {}, { path_prefix: 'p/../../other' }, 'gcs_configuration.path_prefix may not'],
  ['no bucket', {}, { bucket: 'gs://a b' }, 'bucket "gs://a b" has an invalid format'],
  ['a bucket with a path', {}, { bucket: 's3://b/../other' }, 'gcs_configuration.bucket may not'],
])('%s', (_name, { job = 'unit', org = 'org', repo = 'repo' }, storage, expected) => {
  const problem = storageProblem({ job, refs: { org, repo } }, { ...plain, ...storage });

  if (expected === undefined) expect(problem).toBeUndefined();
  else expect(problem).toContain(expected);
});
