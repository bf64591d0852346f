import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { BlobStore } from '../../domain/blob-store.ts';
import { createLocalBlobStore } from './local.ts';

let root: string;
let blobs: BlobStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bowsprit-blobs-'));
  blobs = createLocalBlobStore(join(root, 'blobs'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of blobs.list(prefix)) found.push(key);
  return found;
}

async function text(key: string, range?: { start?: number; end?: number }): Promise<string | undefined> {
  const stream = await blobs.stream(key, range);
  return stream && (await buffer(stream)).toString();
}

describe('objects', () => {
  test('are plain files that come back as written, and can be replaced', async () => {
    await blobs.put('b/logs/job/1/finished.json', '{}');
    await blobs.put('b/logs/job/1/finished.json', new Uint8Array([0, 255, 10]));

    expect(await readFile(join(root, 'blobs/b/logs/job/1/finished.json'))).toEqual(Buffer.from([0, 255, 10]));
    expect(Buffer.from((await blobs.get('b/logs/job/1/finished.json')) ?? [])).toEqual(Buffer.from([0, 255, 10]));
    expect(await blobs.stat('b/logs/job/1/finished.json')).toMatchObject({ size: 3, contentType: 'application/json' });
  });

  test('that are not there are undefined, whatever lies around them', async () => {
    await blobs.put('b/folder/file', 'x');

    for (const key of ['b/none', 'b/folder', 'b/folder/file/below']) {
      expect(await blobs.get(key)).toBeUndefined();
      expect(await blobs.stat(key)).toBeUndefined();
      expect(await blobs.stream(key)).toBeUndefined();
      await blobs.delete(key);
    }
    expect(await text('b/folder/file')).toBe('x');
  });

  test.each([
    ['whole', undefined, '0123456789'],
    ['from the middle', { start: 7 }, '789'],
    ['a part', { start: 2, end: 4 }, '23'],
    ['beyond the end', { start: 8, end: 99 }, '89'],
    ['after the end', { start: 10 }, ''],
    ['an empty range', { start: 4, end: 4 }, ''],
  ])('are streamed: %s', async (_name, range, expected) => {
    await blobs.put('b/digits', '0123456789');

    expect(await text('b/digits', range)).toBe(expected);
  });

  test.each([
    'b/a b/ü✓\u202e',
    'b/%23/?x=1&y',
    'b/-rf *',
    'b/…',
    'b/.hidden/..x',
    'b/new\nline',
    `b/${'n'.repeat(255)}`,
  ])('may be called %j', async (key) => {
    await blobs.put(key, 'odd', { metadata: { a: '1' } });

    expect(await text(key)).toBe('odd');
    expect(await keys('b/')).toEqual([key]);
  });

  test.each([
    ['../x', 'is no name'],
    ['b/../../x', 'is no name'],
    ['b/./x', 'is no name'],
    ['/b/x', 'empty part'],
    ['b//x', 'empty part'],
    ['b/x/', 'empty part'],
    ['b', 'no path below its bucket'],
    ['', 'no path below its bucket'],
    ['b/x\0', 'NUL'],
    [`b/${'ü'.repeat(128)}`, 'exceeds 255 bytes'],
    ['.tmp/x', 'belongs to the store'],
    ['.attributes/x', 'belongs to the store'],
  ])('may not be called %j: %s', async (key, reason) => {
    await expect(blobs.put(key, 'x')).rejects.toMatchObject({
      name: 'BlobKeyInvalid',
      message: expect.stringContaining(reason),
    });
    await expect(blobs.get(key)).rejects.toMatchObject({ name: 'BlobKeyInvalid' });
  });

  test('cannot lie at a key and below it', async () => {
    await blobs.put('b/file', 'x');
    await blobs.put('b/folder/file', 'x');

    await expect(blobs.put('b/file/below', 'y')).rejects.toThrow('"b/file/below" cannot be the key of an object');
    await expect(blobs.put('b/folder', 'y')).rejects.toThrow('other objects lie below it');
    expect(await readdir(join(root, 'blobs/.tmp'))).toEqual([]);
  });

  test('keep encoding and metadata, also when the next writer gives none', async () => {
    const options = {
      contentType: 'text/plain',
      contentEncoding: 'gzip',
      metadata: { 'x-goog-meta-link': 'gs://b/1' },
    };
    await blobs.put('b/alias.txt', 'gs://b/1', options);
    expect(await blobs.stat('b/alias.txt')).toMatchObject(options);
    expect(await keys('')).toEqual(['b/alias.txt']);

    await blobs.put('b/alias.txt', 'gs://b/2');
    expect(await blobs.stat('b/alias.txt')).toEqual({
      key: 'b/alias.txt',
      size: 8,
      updated: expect.any(Number),
      contentType: 'text/plain; charset=utf-8',
    });
  });

  test('are gone after a delete, with the folders that held only them', async () => {
    await blobs.put('b/x/y/z', '1', { metadata: { a: '1' } });
    await blobs.put('b/w', '2');

    await blobs.delete('b/x/y/z');

    expect(await keys('')).toEqual(['b/w']);
    expect(await readdir(join(root, 'blobs/b'))).toEqual(['w']);
    expect(await readdir(join(root, 'blobs'))).toEqual(['.tmp', 'b']);
  });
});

describe('list', () => {
  test('gives keys in order, folders included', async () => {
    for (const key of ['b/a/b', 'b/a.txt', 'b/a', 'b/a-1/x', 'b/a0', 'a/z', 'b/B/x']) {
      if (key !== 'b/a') await blobs.put(key, '');
    }

    expect(await keys('')).toEqual(['a/z', 'b/B/x', 'b/a-1/x', 'b/a.txt', 'b/a/b', 'b/a0']);
  });

  test.each([
    ['b/job/', ['b/job/1/log', 'b/job/2/log']],
    ['b/job', ['b/job-x/1', 'b/job/1/log', 'b/job/2/log']],
    ['b/job/1/log', ['b/job/1/log']],
    ['b/job/1/log/', []],
    ['none/', []],
  ])('takes the prefix %j', async (prefix, expected) => {
    for (const key of ['b/job/2/log', 'b/job-x/1', 'b/job/1/log', 'c/job/1']) await blobs.put(key, '');

    expect(await keys(prefix)).toEqual(expected);
  });
});

describe('writing', () => {
  test('concurrently, with deletes of neighbours, loses nothing', async () => {
    const rounds = Array.from({ length: 60 }, async (_, i) => {
      await blobs.put(`b/deep/${i % 3}/gone/${i}`, 'x');
      await Promise.all([blobs.delete(`b/deep/${i % 3}/gone/${i}`), blobs.put(`b/deep/${i % 3}/kept/${i}`, `${i}`)]);
    });
    await Promise.all(rounds);

    expect(await keys('b/')).toHaveLength(60);
  });

  test('never shows half of an object to a reader', async () => {
    const a = 'a'.repeat(300_000);
    const b = 'b'.repeat(300_000);
    await blobs.put('b/x', a);
    const writes = (async () => {
      for (let i = 0; i < 20; i++) await blobs.put('b/x', i % 2 ? a : b);
    })();

    for (let i = 0; i < 40; i++) expect([a, b]).toContain(await text('b/x'));
    await writes;
  });

  test('takes files without reading them into memory', async () => {
    await writeFile(join(root, 'big'), '');
    await truncate(join(root, 'big'), 200_000_000);
    const before = process.memoryUsage().rss;

    await blobs.putFile('b/big', join(root, 'big'));

    expect(await blobs.stat('b/big')).toMatchObject({ size: 200_000_000 });
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('says that the source is missing, not that the store is broken', async () => {
    await expect(blobs.putFile('b/x', join(root, 'none'))).rejects.toMatchObject({ code: 'ENOENT', name: 'Error' });
  });

  test('removes temporary files of writers that died', async () => {
    await mkdir(join(root, 'blobs/.tmp'), { recursive: true });
    await writeFile(join(root, 'blobs/.tmp/old'), 'half');
    await utimes(join(root, 'blobs/.tmp/old'), 1, 1);
    await writeFile(join(root, 'blobs/.tmp/other-writer'), 'half');

    await blobs.put('b/x', '1');

    expect(await readdir(join(root, 'blobs/.tmp'))).toEqual(['other-writer']);
  });

  test('survives that somebody empties the folder', async () => {
    await blobs.put('b/x', '1');
    await rm(join(root, 'blobs'), { recursive: true });
    await blobs.put('b/x', '2');

    expect(await text('b/x')).toBe('2');
  });
});

describe('trouble is an error that names the folder', () => {
  test('no permission', async () => {
    await mkdir(join(root, 'blobs'));
    await chmod(join(root, 'blobs'), 0o500);
    if (process.getuid?.() === 0) {
      // Root may write everywhere: a file in the folder's place is the nearest that stops it.
      await rm(join(root, 'blobs'), { recursive: true });
      await writeFile(join(root, 'blobs'), '');
    }

    await expect(blobs.put('b/x', '1')).rejects.toMatchObject({
      name: 'StorageUnavailable',
      message: expect.stringContaining(join(root, 'blobs')),
    });
    await chmod(join(root, 'blobs'), 0o700);
  });

  const mounted = mountSmall();
  (mounted ? test : test.skip)('full disk (needs to mount a tmpfs)', async () => {
    const small = createLocalBlobStore(mounted ?? '');
    try {
      await small.put('b/first', 'kept');
      await expect(small.put('b/second', new Uint8Array(2_000_000))).rejects.toMatchObject({
        name: 'StorageUnavailable',
        code: 'ENOSPC',
        message: `Cannot write b/second in blob storage ${mounted}: the disk is full; free some space.`,
      });

      expect(Buffer.from((await small.get('b/first')) ?? []).toString()).toBe('kept');
      await small.put('b/second', 'fits');
    } finally {
      execFileSync('umount', [mounted ?? '']);
      await rm(mounted ?? '', { recursive: true });
    }
  });
});

/** A tmpfs of 1 MB; undefined where this user may not mount. */
function mountSmall(): string | undefined {
  const path = execFileSync('mktemp', ['-d']).toString().trim();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    return path;
  } catch {
    execFileSync('rmdir', [path]);
    return undefined;
  }
}
