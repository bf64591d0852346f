import { expect, test } from '@jest/globals';
import type { GcsConfiguration } from '../domain/job-config.ts';
import type { ProwJobSpec } from '../domain/prowjob.ts';
import { runKey, bucketDirectory } from '../domain/storage-keys.ts';
import { storageOf } from './run-storage.ts';

const periodic: ProwJobSpec = { type: 'periodic', job: 'echo-test' };
const presubmit: ProwJobSpec = {
  type: 'presubmit',
  job: 'unit',
  refs: { org: 'o', repo: 'r', pulls: [{ number: 7, author: 'a', sha: 'abc' }] },
};
const storages: [name: string, storage: GcsConfiguration][] = [
  ['a bucket', { bucket: 'b', path_strategy: 'explicit' }],
  ['a bucket with a scheme', { bucket: 's3://b', path_strategy: 'explicit' }],
  ['a prefix', { bucket: 'b', path_prefix: 'team/a', path_strategy: 'explicit' }],
  ['the legacy strategy', { bucket: 'b', path_strategy: 'legacy', default_org: 'x', default_repo: 'y' }],
];

test.each(storages.flatMap(([name, storage]) => [periodic, presubmit].map((spec) => ({ name, storage, spec }))))(
  'an undecorated $spec.type that was stored with $name is found by the folder in its memo',
  ({ storage, spec }) => {
    const found = storageOf(spec, bucketDirectory(spec, storage));

    expect(runKey(spec, found, '42')).toBe(runKey(spec, storage, '42'));
  },
);

test('a decorated job tells by itself', () => {
  const gcs_configuration = { bucket: 'own', path_strategy: 'explicit' } as const;

  expect(storageOf({ ...periodic, decoration_config: { gcs_configuration } }, 'other/logs/echo-test')).toBe(
    gcs_configuration,
  );
});
