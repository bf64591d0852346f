import { expect, test } from '@jest/globals';
import type { LoadedConfig } from '../domain/main-config.ts';
import { bucketsOf } from './buckets.ts';

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
  ['of defaults and jobs, each once', ['logs'], ['s3://mine', 'gs://logs'], ['bowsprit', 'logs', 'mine']],
  ['with the path behind a bucket', ['gs://logs/prow'], [], ['bowsprit', 'logs/prow']],
  ['one below another is looked at with it', ['gs://logs'], ['gs://logs/team'], ['bowsprit', 'logs']],
  ['none where a configuration names none', [''], [], ['bowsprit']],
])('%s', (_name, defaults, jobs, expected) => {
  expect(bucketsOf(config(defaults, jobs))).toEqual(expected);
});
