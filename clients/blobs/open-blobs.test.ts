import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBlobs } from './open-blobs.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'bowsprit-open-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('local: buckets of all providers are folders, and keys stay as they are', async () => {
  const blobs = await openBlobs({ storage: 'local', folder });
  await blobs.put('s3:results/logs/x', '1');
  await blobs.put('results/logs/y', '2');

  expect(await readFile(join(folder, 'results/logs/x'), 'utf8')).toBe('1');
  expect((await blobs.stat('s3:results/logs/x'))?.key).toBe('s3:results/logs/x');
  const keys: string[] = [];
  for await (const { key } of blobs.list('s3:results/')) keys.push(key);
  expect(keys).toEqual(['s3:results/logs/x', 's3:results/logs/y']);
  await blobs.delete('s3:results/logs/x');
  expect(await blobs.stream('s3:results/logs/x')).toBeUndefined();
});

test("buckets: the installation's own is a folder all the same; unknown providers are refused by name", async () => {
  const blobs = await openBlobs({ storage: 'buckets', folder });
  await blobs.put('bowsprit/logs/x', '1');

  await blobs.put('bowsprit-events/webhooks/x', '2');

  expect(await readFile(join(folder, 'bowsprit/logs/x'), 'utf8')).toBe('1');
  expect(await readFile(join(folder, 'bowsprit-events/webhooks/x'), 'utf8')).toBe('2');
  await expect(blobs.put('azblob:results/x', '1')).rejects.toMatchObject({
    name: 'BlobKeyInvalid',
    message: expect.stringContaining('azblob://'),
  });
  await expect(blobs.put('b/../../x', '1')).rejects.toMatchObject({ name: 'BlobKeyInvalid' });
});

test('credentials that cannot be read are refused at once, by flag', async () => {
  for (const [setting, flag] of [
    ['gcsCredentialsFile', '--gcs-credentials-file'],
    ['s3CredentialsFile', '--s3-credentials-file'],
  ] as const) {
    await expect(openBlobs({ storage: 'buckets', folder, [setting]: join(folder, 'none') })).rejects.toThrow(
      new RegExp(`^${flag}: .*ENOENT`),
    );
  }
});
