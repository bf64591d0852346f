/** What every store of blobs does alike: local folder, S3, GCS. What is peculiar to one is tested beside it or at the end. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { createGcsBlobStore } from '../../clients/blobs/gcs.ts';
import { createLocalBlobStore } from '../../clients/blobs/local.ts';
import { createS3BlobStore } from '../../clients/blobs/s3.ts';
import type { BlobStore } from '../../domain/blob-store.ts';
import { objectStoresFolder, startGcsServer, startS3Server, type ObjectStoreServer } from '../harness/object-stores.ts';

interface Given {
  blobs: BlobStore;
  server?: ObjectStoreServer;
  makeBucket(name: string): Promise<void>;
}

/** Shared by the tests of this file, who use buckets of their own. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowsprit-stores-'));
  await writeFile(join(folder, 'any'), 'x');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

export const secret = 'secret-of-the-test';

async function openLocal(): Promise<Given> {
  return { blobs: createLocalBlobStore(join(folder, 'local')), makeBucket: () => Promise.resolve() };
}

async function openS3(): Promise<Given> {
  const server = await startS3Server();
  const blobs = createS3BlobStore({
    endpoint: server.endpoint,
    s3_force_path_style: true,
    access_key: 'test',
    secret_key: secret,
  });
  const makeBucket = async (name: string) => {
    expect((await fetch(`${server.endpoint}/${name}`, { method: 'PUT' })).status).toBe(200);
  };
  return { blobs, server, makeBucket };
}

async function openGcs(): Promise<Given> {
  const server = await startGcsServer();
  const makeBucket = async (name: string) => {
    const body = JSON.stringify({ name });
    const made = await fetch(`${server.endpoint}/storage/v1/b`, { method: 'POST', body });
    expect(made.status).toBe(200);
  };
  return { blobs: createGcsBlobStore({ endpoint: server.endpoint }), server, makeBucket };
}

const stores = [
  ['local folder', openLocal, true],
  ['S3', openS3, objectStoresFolder !== undefined],
  ['GCS', openGcs, objectStoresFolder !== undefined],
] as const;

for (const [name, openStore, isHere] of stores) {
  (isHere ? describe : describe.skip)(`${name}${isHere ? '' : ' (server not installed)'}`, () => {
    let given: Given;
    let blobs: BlobStore;
    let bucket: string;
    beforeAll(async () => {
      given = await openStore();
      ({ blobs } = given);
    }, 90_000);
    afterAll(() => given.server?.stop());
    beforeEach(async () => {
      bucket = `b-${randomUUID()}`;
      await given.makeBucket(bucket);
    });

    async function keys(prefix: string): Promise<string[]> {
      const found: string[] = [];
      for await (const { key } of blobs.list(`${bucket}/${prefix}`)) found.push(key.slice(bucket.length + 1));
      return found;
    }

    async function text(path: string, range?: { start?: number; end?: number }): Promise<string | undefined> {
      const stream = await blobs.stream(`${bucket}/${path}`, range);
      return stream && (await buffer(stream)).toString();
    }

    const get = async (path: string) => {
      const found = await blobs.get(`${bucket}/${path}`);
      return found && Buffer.from(found).toString();
    };

    test('objects come back as written, and can be replaced', async () => {
      await blobs.put(`${bucket}/logs/job/1/finished.json`, '{}');
      await blobs.put(`${bucket}/logs/job/1/finished.json`, new Uint8Array([0, 255, 10]));

      const found = await blobs.get(`${bucket}/logs/job/1/finished.json`);
      expect([...(found ?? [])]).toEqual([0, 255, 10]);
      const stat = await blobs.stat(`${bucket}/logs/job/1/finished.json`);
      expect(stat).toMatchObject({
        key: `${bucket}/logs/job/1/finished.json`,
        size: 3,
        contentType: 'application/json',
      });
      expect(Math.abs((stat?.updated ?? 0) - Date.now())).toBeLessThan(3_600_000);
    });

    test('may be empty', async () => {
      await blobs.put(`${bucket}/none`, '');
      await writeFile(join(folder, 'empty'), '');
      await blobs.putFile(`${bucket}/none-too`, join(folder, 'empty'));

      expect([
        await get('none'),
        await text('none'),
        await text('none', { start: 0, end: 9 }),
        await text('none-too'),
      ]).toEqual(['', '', '', '']);
      expect(await blobs.stat(`${bucket}/none-too`)).toMatchObject({ size: 0 });
    });

    test('that are not there are undefined, and can be deleted', async () => {
      await blobs.put(`${bucket}/folder/file`, 'x');

      for (const path of ['none', 'folder', 'folder/file/below']) {
        expect(await blobs.get(`${bucket}/${path}`)).toBeUndefined();
        expect(await blobs.stat(`${bucket}/${path}`)).toBeUndefined();
        expect(await blobs.stream(`${bucket}/${path}`)).toBeUndefined();
        expect(await blobs.stream(`${bucket}/${path}`, { start: 1, end: 1 })).toBeUndefined();
        await blobs.delete(`${bucket}/${path}`);
      }
      expect(await text('folder/file')).toBe('x');
    });

    test('are gone after a delete', async () => {
      await blobs.put(`${bucket}/a/b`, '1', { metadata: { a: '1' } });
      await blobs.put(`${bucket}/c`, '2');
      await blobs.delete(`${bucket}/a/b`);

      expect(await keys('')).toEqual(['c']);
      expect(await get('a/b')).toBeUndefined();
    });

    test.each([
      ['whole', undefined, '0123456789'],
      ['from the middle', { start: 7 }, '789'],
      ['a part', { start: 2, end: 4 }, '23'],
      ['the first byte', { start: 0, end: 1 }, '0'],
      ['beyond the end', { start: 8, end: 99 }, '89'],
      ['after the end', { start: 10 }, ''],
      ['far after the end', { start: 99, end: 100 }, ''],
      ['an empty range', { start: 4, end: 4 }, ''],
    ])('are streamed: %s', async (_name, range, expected) => {
      await blobs.put(`${bucket}/digits`, '0123456789');

      expect(await text('digits', range)).toBe(expected);
    });

    test.each(['a b/ü✓\u202e', '%23/?x=1&y', '-rf *', '…', '.hidden/..x', 'a+b=c/d;e', 'n'.repeat(255), 'a&amp;<b>"'])(
      'may be called %j',
      async (path) => {
        await blobs.put(`${bucket}/${path}`, 'odd', { metadata: { a: '1' } });

        expect(await text(path)).toBe('odd');
        expect(await keys('')).toEqual([path]);
        await blobs.delete(`${bucket}/${path}`);
        expect(await keys('')).toEqual([]);
      },
    );

    test.each(['../x', '../../x', './x', '/x', 'a//x', 'x/', 'x/..', 'x\0'])('may not be called %j', async (path) => {
      const invalid = { name: 'BlobKeyInvalid' };
      const key = `${bucket}/${path}`;
      await expect(blobs.put(key, 'x')).rejects.toMatchObject(invalid);
      await expect(blobs.putFile(key, join(folder, 'any'))).rejects.toMatchObject(invalid);
      await expect(blobs.get(key)).rejects.toMatchObject(invalid);
      await expect(blobs.stream(key)).rejects.toMatchObject(invalid);
      await expect(blobs.stat(key)).rejects.toMatchObject(invalid);
      await expect(blobs.delete(key)).rejects.toMatchObject(invalid);
    });

    test.each(['../x', '', '/x', 'b', '..', '.tmp/x'])('%j is the key of nothing', async (key) => {
      await expect(blobs.put(key, 'x')).rejects.toMatchObject({ name: 'BlobKeyInvalid' });
    });

    test('keep media type, encoding and metadata, also when the next writer gives none', async () => {
      const zipped = gzipSync('gs://b/1');
      const options = {
        contentType: 'text/plain; charset=utf-8',
        contentEncoding: 'gzip',
        metadata: { 'x-goog-meta-link': 'gs://b/1' },
      };
      await blobs.put(`${bucket}/alias.txt`, zipped, options);
      expect(await blobs.stat(`${bucket}/alias.txt`)).toMatchObject({ ...options, size: zipped.length });

      await blobs.put(`${bucket}/alias.txt`, 'gs://b/2');
      const { contentEncoding, metadata, contentType } = (await blobs.stat(`${bucket}/alias.txt`)) ?? {};
      expect([contentEncoding, metadata, contentType]).toEqual([undefined, undefined, 'text/plain; charset=utf-8']);
    });

    test('that are compressed come back compressed, wholly and in part', async () => {
      const zipped = gzipSync('line\n'.repeat(1000));
      await writeFile(join(folder, 'zipped.gz'), zipped);
      await blobs.putFile(`${bucket}/log.txt`, join(folder, 'zipped.gz'), { contentEncoding: 'gzip' });

      expect(Buffer.from((await blobs.get(`${bucket}/log.txt`)) ?? [])).toEqual(zipped);
      const all = await blobs.stream(`${bucket}/log.txt`);
      expect(all && (await buffer(all))).toEqual(zipped);
      const part = await blobs.stream(`${bucket}/log.txt`, { start: 3, end: 20 });
      expect(part && (await buffer(part))).toEqual(zipped.subarray(3, 20));
    });

    test('lists give keys in order, with sizes, below a prefix', async () => {
      for (const path of ['job/2/log', 'job-x/1', 'job/1/log', 'a.txt', 'a/b', 'B'])
        await blobs.put(`${bucket}/${path}`, path);

      expect(await keys('')).toEqual(['B', 'a.txt', 'a/b', 'job-x/1', 'job/1/log', 'job/2/log']);
      expect(await keys('job/')).toEqual(['job/1/log', 'job/2/log']);
      expect(await keys('job')).toEqual(['job-x/1', 'job/1/log', 'job/2/log']);
      expect(await keys('none/')).toEqual([]);
      for await (const { size, updated } of blobs.list(`${bucket}/job/1/`)) {
        expect(size).toBe(9);
        expect(updated).toBeGreaterThan(0);
      }
    });

    test('lists go over several pages, and can be left', async () => {
      const paths = Array.from({ length: 1_050 }, (_, index) => `many/${String(index).padStart(5, '0')}`);
      for (let at = 0; at < paths.length; at += 50) {
        await Promise.all(paths.slice(at, at + 50).map((path) => blobs.put(`${bucket}/${path}`, '')));
      }

      expect(await keys('many/')).toEqual(paths);
      for await (const { key } of blobs.list(`${bucket}/many/`)) {
        expect(key).toBe(`${bucket}/many/00000`);
        break;
      }
    }, 120_000);

    test('files of some size go through without being read into memory', async () => {
      // In parts, the last of which is a short one.
      const path = join(folder, `big-${randomUUID()}`);
      const megabyte = randomBytes(1024 * 1024);
      const file = await open(path, 'w');
      for (let i = 0; i < 33; i++) await file.write(megabyte);
      await file.write('end');
      await file.close();
      const before = process.memoryUsage().arrayBuffers;
      let most = 0;
      const looking = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 5);

      await blobs.putFile(`${bucket}/big`, path, { contentType: 'text/plain' });
      clearInterval(looking);

      expect(await blobs.stat(`${bucket}/big`)).toMatchObject({
        size: 33 * 1024 * 1024 + 3,
        // The test's GCS server forgets the header that announces it with uploads in pieces.
        ...(name !== 'GCS' && { contentType: 'text/plain' }),
      });
      expect(await hashOf(await blobs.stream(`${bucket}/big`))).toBe(await hashOf(createReadStream(path)));
      expect(await text('big', { start: 33 * 1024 * 1024 - 1 })).toHaveLength(4);
      await rm(path);
    }, 120_000);

    test('a missing source is said to be missing; the store is not blamed', async () => {
      await expect(blobs.putFile(`${bucket}/x`, join(folder, 'none'))).rejects.toMatchObject({
        code: 'ENOENT',
        name: 'Error',
      });
    });

    test('a reader who leaves early ends the transfer', async () => {
      await blobs.put(`${bucket}/much`, Buffer.alloc(20_000_000));
      const stream = await blobs.stream(`${bucket}/much`);
      for await (const chunk of stream ?? []) if (chunk) break;

      expect(stream?.destroyed).toBe(true);
      expect((await blobs.stat(`${bucket}/much`))?.size).toBe(20_000_000);
    });

    if (name !== 'local folder') {
      const scheme = name === 'S3' ? 's3' : 'gs';

      test('no such bucket: the error names bucket and setting', async () => {
        const missing = `missing-${randomUUID()}`;
        const expected = {
          name: 'StorageUnavailable',
          message: `Cannot write logs/x in bucket ${scheme}://${missing}: there is no such bucket; make it, or correct "bucket" in gcs_configuration of the decoration configuration.`,
        };

        await expect(blobs.put(`${missing}/logs/x`, '1')).rejects.toMatchObject(expected);
        await writeFile(join(folder, 'small'), 'x');
        await expect(blobs.putFile(`${missing}/logs/x`, join(folder, 'small'))).rejects.toMatchObject(expected);
        await expect(blobs.list(`${missing}/`)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
          message: expect.stringContaining(`bucket ${scheme}://${missing}: there is no such bucket`),
        });
      });

      test('an outage is StorageUnavailable for every call, and costs nothing but time', async () => {
        await blobs.put(`${bucket}/kept`, 'kept');
        await writeFile(join(folder, 'small'), 'x');
        given.server?.shut();
        const calls: (() => Promise<unknown>)[] = [
          () => blobs.put(`${bucket}/x`, '1'),
          () => blobs.putFile(`${bucket}/x`, join(folder, 'small')),
          () => blobs.get(`${bucket}/kept`),
          () => blobs.stream(`${bucket}/kept`),
          () => blobs.stat(`${bucket}/kept`),
          () => blobs.list(`${bucket}/`)[Symbol.asyncIterator]().next(),
          () => blobs.delete(`${bucket}/kept`),
        ];
        const outcomes = await Promise.allSettled(calls.map((call) => call()));
        given.server?.reopen();

        for (const outcome of outcomes) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StorageUnavailable' } });
          const { message, stack, cause } = (outcome as PromiseRejectedResult).reason as Error;
          expect(message).toContain(`bucket ${scheme}://${bucket}: no answer`);
          expect(JSON.stringify([message, stack, cause, Object.entries(cause as object)])).not.toContain(secret);
        }
        await blobs.put(`${bucket}/x`, '1');
        expect([await get('x'), await get('kept')]).toEqual(['1', 'kept']);
      }, 120_000);

      test('a short one is not even seen', async () => {
        const server = given.server;
        await blobs.put(`${bucket}/first`, '1');
        const before = server?.connections() ?? 0;
        server?.shut();
        const written = blobs.put(`${bucket}/second`, '2');
        await waitFor(() => (server?.connections() ?? 0) > before);
        server?.reopen();

        await written;
        expect(await get('second')).toBe('2');
      });

      test('a transfer that breaks off is StorageUnavailable to its reader', async () => {
        await blobs.put(`${bucket}/much`, Buffer.alloc(60_000_000));
        const stream = await blobs.stream(`${bucket}/much`);
        const reading = (async () => {
          let isCut = false;
          for await (const chunk of stream ?? []) {
            if (!isCut && chunk) given.server?.shut();
            isCut = true;
          }
        })();

        await expect(reading).rejects.toMatchObject({
          name: 'StorageUnavailable',
          message: expect.stringContaining(`Cannot read much in bucket ${scheme}://${bucket}`),
        });
        given.server?.reopen();
      });
    }
  });
}

async function waitFor(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setImmediate(resolve));
}

async function hashOf(stream: AsyncIterable<unknown> | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream ?? []) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
