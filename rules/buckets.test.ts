import { expect, test } from '@jest/globals';
import type { LoadedConfig } from '../domain/main-config.ts';
import { bucketsOf, isAllowedBucket } from './buckets.ts';

type Given = Parameters<typeof bucketsOf>[0];

function config(defaults: string[], jobs: string[]): Given {
  const storage = (bucket: string) => ({ gcs_configuration: { bucket } });
  const periodics = jobs.map((bucket, index) => ({ name: `p${index}`, decoration_config: storage(bucket) }));
  return {
    main: {
      plank: { default_decoration_config_entries: defaults.map((bucket) => ({ config: storage(bucket) })) },
    } as unknown as LoadedConfig['main'],
    presubmits: new Map(),
    postsubmits: new Map(),
    periodics: periodics.map((job) => ({ agent: 'kubernetes', ...job })),
  };
}

test.each<[string, string[], string[], string[]]>([
  ["the installation's own", [], [], ['bowsprit']],
  ['of defaults and jobs, each once', ['logs'], ['s3://mine', 'gs://logs'], ['bowsprit', 'logs', 's3:mine']],
  ['with the path behind a bucket', ['gs://logs/prow'], [], ['bowsprit', 'logs/prow']],
  ['one below another is looked at with it', ['gs://logs'], ['gs://logs/team'], ['bowsprit', 'logs']],
  ['none where a configuration names none', [''], [], ['bowsprit']],
])('%s', (_name, defaults, jobs, expected) => {
  expect(bucketsOf(config(defaults, jobs))).toEqual(expected);
});

test.each([
  ['bowsprit/logs/x', true],
  ['logs/anything', true],
  ['s3:logs/anything', false],
  ['s3:mine/x', true],
  ['mine/x', false],
  ['more/x', true],
  ['s3:more/x', true],
  ['s3:one/x', true],
  ['one/x', false],
  ['elsewhere/logs/x', false],
  ['', false],
])('the bucket of %j is allowed: %s', (key, expected) => {
  const { main, ...jobs } = config(['gs://logs/prow'], ['s3://mine']);
  const deck = { additional_allowed_buckets: ['more', 's3://one'] } as unknown as LoadedConfig['main']['deck'];

  expect(isAllowedBucket(key, { main: { ...main, deck }, ...jobs })).toBe(expected);
});
