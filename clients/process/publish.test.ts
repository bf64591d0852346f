import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { BlobStore } from '../../domain/blob-store.ts';
import { StorageUnavailable } from '../blobs/storage-error.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { storedAs } from './artifacts.ts';
import { createWorld, request, watching, type World } from './test-runs.ts';

let world: World;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.close());

/** A blob store whose calls of `put` and `putFile` may fail. */
function failing(blobs: BlobStore, fails: (key: string) => boolean): BlobStore {
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  const check = (key: string) => {
    if (fails(key)) throw new StorageUnavailable(`write ${key} in blob storage /data`, full);
  };
  return {
    ...blobs,
    async put(key, ...rest) {
      check(key);
      await blobs.put(key, ...rest);
    },
    async putFile(key, ...rest) {
      check(key);
      await blobs.putFile(key, ...rest);
    },
  };
}

describe('artifacts', () => {
  test('are stored with their folders, whatever they are called', async () => {
    const job =
      request(`cd $ARTIFACTS; mkdir -p 'a b/ü' .hidden empty; for name in plain 'a b/ü/x y' 'a#b' '-rf' '?q=1&x' .hidden/.x "new
line" '...'; do echo "$name" > "./$name"; done; touch '\\back' none`);

    expect(await world.run(job)).toMatchObject({ state: 'success' });

    expect((await world.storedNames(job)).filter((name) => name.startsWith('artifacts/'))).toEqual([
      'artifacts/-rf',
      'artifacts/...',
      'artifacts/.hidden/.x',
      'artifacts/?q=1&x',
      'artifacts/\\back',
      'artifacts/a b/ü/x y',
      'artifacts/a%23b',
      'artifacts/new\nline',
      'artifacts/none',
      'artifacts/plain',
    ]);
    expect(await world.stored(job, 'artifacts/a%23b')).toBe('a#b\n');
  });

  // Apple's file systems refuse such names.
  const whereAllowed = process.platform === 'darwin' ? test.skip : test;
  whereAllowed('may have names that are no UTF-8', async () => {
    const job = request(
      `cd $ARTIFACTS; echo one > "$(printf 'a\\377b')"; mkdir "$(printf '\\300')"; echo two > "$(printf '\\300')/ü"; echo '\ufffd' > '\ufffd'`,
    );

    await world.run(job);

    expect((await world.storedNames(job)).filter((name) => name.startsWith('artifacts/'))).toEqual([
      'artifacts/%c0/ü',
      'artifacts/a%ffb',
      'artifacts/\ufffd',
    ]);
    expect(await world.stored(job, 'artifacts/a%ffb')).toBe('one\n');
  });

  test('that are links are followed inside the folder only; pipes and the like are left out', async () => {
    const job =
      request(`cd $ARTIFACTS; echo in > file; ln -s file link; ln -s /etc/passwd out; ln -s .. up; ln -s none dangling;
      ln -s . self; mkfifo pipe; ln -s $ARTIFACTS/../spec.json spec`);

    await world.run(job);

    expect((await world.storedNames(job)).filter((name) => name.startsWith('artifacts/'))).toEqual([
      'artifacts/file',
      'artifacts/link',
    ]);
    expect(await world.stored(job, 'artifacts/link')).toBe('in\n');
  });

  test.each([
    ['a/x.txt.gz', 'a/x.txt', { contentType: 'text/plain; charset=utf-8', contentEncoding: 'gzip' }],
    ['x.tar.gz', 'x.tar', { contentType: 'application/gzip' }],
    ['x.json.gzip', 'x.json', { contentType: 'application/json', contentEncoding: 'gzip' }],
    ['core.gz', 'core', { contentType: 'application/gzip' }],
    ['a/.gz', 'a/.gz', {}],
    ['a#/b#.xml', 'a%23/b%23.xml', { contentType: 'text/xml; charset=utf-8' }],
    ['x.special', 'x.special', { contentType: 'text/special' }],
  ])('%s is stored as %s', (name, expected, options) => {
    expect(storedAs(name, { special: 'text/special' })).toEqual({ name: expected, options });
  });

  test('of types that are to be compressed are, from 1 KiB on', async () => {
    const job = request(
      `cd $ARTIFACTS; yes | head -c 5000 > big.txt; echo x > small.txt; head -c 5000 /dev/zero > big.bin; yes | head -c 3000`,
    );
    job.storage.compress_file_types = ['txt'];

    await world.run(job);

    const key = `bucket/logs/some-job/${job.prowJob.status.build_id}`;
    expect(await world.blobs.stat(`${key}/artifacts/big.txt`)).toMatchObject({
      contentEncoding: 'gzip',
      contentType: 'text/plain; charset=utf-8',
    });
    expect(gunzipSync((await world.blobs.get(`${key}/artifacts/big.txt`)) ?? new Uint8Array()).length).toBe(5000);
    expect(gunzipSync((await world.blobs.get(`${key}/build-log.txt`)) ?? new Uint8Array()).length).toBe(3000);
    expect((await world.blobs.stat(`${key}/artifacts/small.txt`))?.contentEncoding).toBeUndefined();
    expect((await world.blobs.stat(`${key}/artifacts/big.bin`))?.contentEncoding).toBeUndefined();
  });

  test('may be many', async () => {
    const job = request(`cd $ARTIFACTS; for i in $(seq 1500); do : > $i; done`);

    expect(await world.run(job)).toMatchObject({ state: 'success' });
    expect(await world.storedNames(job)).toHaveLength(1503);
  });
});

describe('metadata.json', () => {
  test.each<[string, object]>([
    ['{"a": 1, "b": {"c": 2}}', { a: 1, b: { c: 2 } }],
    ['[1]', { 'sidecar-errors': { 'metadata.json': 'it is no JSON object' } }],
    ['{', { 'sidecar-errors': { 'metadata.json': expect.stringContaining('JSON') } }],
  ])('%s goes into finished.json', async (text, metadata) => {
    const job = request(`echo '${text}' > $ARTIFACTS/metadata.json`);

    await world.run(job);

    expect(await world.storedJson(job, 'finished.json')).toMatchObject({ metadata });
  });
});

test('63: a slow older run takes latest-build.txt over when it ends', async () => {
  const slow = request(`until [ -e ${world.folder}/go ]; do sleep 0.02; done`);
  const fast = request('true');
  const latest = async () =>
    Buffer.from((await world.blobs.get('bucket/logs/some-job/latest-build.txt')) ?? []).toString();
  await world.executor.start(slow);
  const watched = world.executor.watch(slow, watching());
  await eventually(async () => (await latest()) === slow.prowJob.status.build_id, 'the slow run is the latest');

  await world.run(fast);
  expect(await latest()).toBe(fast.prowJob.status.build_id);
  await writeFile(`${world.folder}/go`, '');
  await watched;

  expect(await latest()).toBe(slow.prowJob.status.build_id);
});

describe('a disk that is full', () => {
  test.each(['artifacts/b', 'build-log.txt', 'finished.json', 'started.json', 'latest-build.txt'])(
    'while %s is stored is an error that is repeated; nothing is lost and nothing runs twice',
    async (name) => {
      let isFull = true;
      const executor = world.another({ blobs: failing(world.blobs, (key) => isFull && key.endsWith(name)) });
      const counter = `${world.folder}/counter`;
      const job = request(`echo x | tee -a ${counter}; cd $ARTIFACTS; touch a b c; cat ${counter}`);
      await executor.start(job);

      await expect(executor.watch(job, watching())).rejects.toMatchObject({
        name: 'StorageUnavailable',
        code: 'ENOSPC',
      });
      if (name === 'finished.json') expect(await world.stored(job, 'finished.json')).toBeUndefined();
      isFull = false;

      expect(await executor.watch(job, watching())).toMatchObject({ state: 'success' });
      expect(await world.stored(job, 'build-log.txt')).toBe('x\nx\n');
      expect(await world.storedNames(job)).toEqual([
        'artifacts/a',
        'artifacts/b',
        'artifacts/c',
        'build-log.txt',
        'finished.json',
        'started.json',
      ]);
    },
  );
});
