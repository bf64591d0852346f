import { expect, test } from '@jest/globals';
import type { GcsConfiguration } from '../../domain/job-config.ts';
import type { ProwJobSpec } from '../../domain/prowjob.ts';
import { createMemoryBlobs } from '../../test/fakes/memory-blobs.ts';
import { putRunIndexes } from './run-indexes.ts';

const refs = { org: 'o', repo: 'r', pulls: [{ number: 5, author: 'a', sha: 's' }] };
const pull: ProwJobSpec = { type: 'presubmit', job: 'unit', refs };
const storage: GcsConfiguration = { bucket: 's3://results/team', path_strategy: 'explicit', path_prefix: 'p' };

async function written(spec: ProwJobSpec, given: GcsConfiguration): Promise<Record<string, string>> {
  const blobs = createMemoryBlobs();
  await putRunIndexes(blobs, { spec, storage: given, buildId: '77' });
  const found: Record<string, string> = {};
  for await (const { key } of blobs.list('')) found[key] = Buffer.from((await blobs.get(key)) ?? []).toString();
  return found;
}

test('62: a periodic has latest-build.txt, at the root of the bucket', async () => {
  expect(await written({ type: 'periodic', job: 'nightly' }, storage)).toEqual({
    's3:results/team/logs/nightly/latest-build.txt': '77',
  });
});

test('a presubmit has an alias, too, which says where the run is', async () => {
  const url = 's3://results/team/p/pr-logs/pull/o_r/5/unit/77';

  expect(await written(pull, storage)).toEqual({
    's3:results/team/pr-logs/directory/unit/77.txt': url,
    's3:results/team/pr-logs/directory/unit/latest-build.txt': '77',
    's3:results/team/pr-logs/pull/o_r/5/unit/latest-build.txt': '77',
  });
  const blobs = createMemoryBlobs();
  await putRunIndexes(blobs, { spec: pull, storage, buildId: '77' });
  expect(await blobs.stat('s3:results/team/pr-logs/directory/unit/77.txt')).toMatchObject({
    metadata: { 'x-goog-meta-link': url },
  });
});

test('a local output directory has none', async () => {
  expect(await written(pull, { ...storage, local_output_dir: '/out' })).toEqual({});
});
