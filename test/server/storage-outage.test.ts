/** A bucket that is away while a run ends: nothing is lost, and nothing runs twice. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlobs } from '../../clients/blobs/open-blobs.ts';
import { createWorld, request, watching, type World } from '../../clients/process/test-runs.ts';
import type { BlobStore } from '../../domain/blob-store.ts';
import { objectStoresFolder, startS3Server, type ObjectStoreServer } from '../harness/object-stores.ts';

const isHere = objectStoresFolder !== undefined;

(isHere ? describe : describe.skip)(`results in a bucket${isHere ? '' : ' (server not installed)'}`, () => {
  let server: ObjectStoreServer;
  let world: World;
  let blobs: BlobStore;
  beforeAll(async () => {
    server = await startS3Server();
    await fetch(`${server.endpoint}/results`, { method: 'PUT' });
    world = await createWorld();
    const s3CredentialsFile = join(world.folder, 's3.json');
    const { endpoint } = server;
    await writeFile(
      s3CredentialsFile,
      JSON.stringify({ endpoint, s3_force_path_style: true, access_key: 'a', secret_key: 'secret-of-the-test' }),
    );
    blobs = await openBlobs({ storage: 'buckets', folder: join(world.folder, 'own'), s3CredentialsFile });
  }, 90_000);
  afterAll(async () => {
    await world.close();
    await server.stop();
    await rm(world.folder, { recursive: true, force: true });
  });

  test('are stored when it is back, whole and in their places', async () => {
    const executor = world.another({ blobs });
    const counter = join(world.folder, 'counter');
    const job = request(`echo x | tee -a ${counter}; head -c 20000000 /dev/zero > $ARTIFACTS/big; cat ${counter}`);
    job.storage = { bucket: 's3://results', path_strategy: 'explicit' };
    server.shut();
    await executor.start(job);

    await expect(executor.watch(job, watching())).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message: expect.stringContaining('bucket s3://results'),
    });
    server.reopen();

    expect(await executor.watch(job, watching())).toMatchObject({ state: 'success' });
    const run = `s3:results/logs/${job.prowJob.spec.job}`;
    const id = job.prowJob.status.build_id ?? '';
    const found: Record<string, number> = {};
    for await (const { key, size } of blobs.list(`${run}/`)) found[key.slice(run.length + 1)] = size;
    expect(found).toEqual({
      [`${id}/artifacts/big`]: 20_000_000,
      [`${id}/build-log.txt`]: 4,
      [`${id}/finished.json`]: expect.any(Number),
      [`${id}/started.json`]: expect.any(Number),
      'latest-build.txt': id.length,
    });
  }, 120_000);
});
