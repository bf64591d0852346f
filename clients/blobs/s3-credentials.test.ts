import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageSettingsError } from './storage-error.ts';
import { endpointUrl, readS3Credentials } from './s3-credentials.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'bowsprit-s3-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(content: string) {
  const path = join(folder, 'credentials.json');
  await writeFile(path, content);
  return await readS3Credentials(path);
}

test("Prow's file is read, and what it does not need is left", async () => {
  const given = {
    region: 'minio',
    endpoint: 'minio.test-pods:9000',
    insecure: true,
    s3_force_path_style: true,
    access_key: 'k',
    secret_key: 's',
  };

  expect(await read(JSON.stringify({ ...given, comment: 'x' }))).toEqual(given);
  expect(await read('{"region": "eu-west-1", "access_key": "", "secret_key": null}')).toEqual({ region: 'eu-west-1' });
});

test.each([
  [{ endpoint: 'minio:9000', insecure: true }, 'http://minio:9000'],
  [{ endpoint: 'minio:9000' }, 'https://minio:9000'],
  [{ endpoint: 'http://minio:9000' }, 'http://minio:9000'],
  [{}, undefined],
])('%j is at %s', (credentials, expected) => {
  expect(endpointUrl(credentials)).toBe(expected);
});

test.each([
  ['top-secret', 'is no JSON object'],
  ['["top-secret"]', 'is no JSON object'],
  ['{"secret_key": "top-secret"}', 'access_key and secret_key must be given both'],
  ['{"access_key": ["top-secret"], "secret_key": "x"}', 'access_key is no text'],
  ['{"insecure": "top-secret"}', 'insecure is neither true nor false'],
  ['{"endpoint": "http://top-secret:x"}', 'endpoint is neither a URL nor host:port'],
])('%s is refused: %s', async (content, reason) => {
  const failure = await read(content).then(
    () => undefined,
    (error: Error) => error,
  );

  expect(failure).toBeInstanceOf(StorageSettingsError);
  expect(failure?.message).toContain(reason);
  expect(failure?.message).toContain('--s3-credentials-file');
  expect(failure?.message).not.toContain('top-secret');
});
