import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BlobStore } from '../../domain/blob-store.ts';
import type { RunRequest } from '../../domain/executor.ts';
import { createMemoryBlobs } from '../../test/fakes/memory-blobs.ts';
import { eventually } from '../../test/harness/eventually.ts';
import { podRequest } from '../../test/harness/pod-runs.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { StorageUnavailable } from '../blobs/storage-error.ts';
import { createLogArchive } from './log-archive.ts';
import type { LogRequest } from './pods-api.ts';

let spoolDir: string;
beforeEach(async () => void (spoolDir = await mkdtemp(join(tmpdir(), 'bowsprit-archive-'))));
afterEach(() => rm(spoolDir, { recursive: true, force: true }));

const logger = createLogger({ component: 'test', level: 'error' });
const line = (n: number) => `2026-11-23T12:00:${String(n).padStart(2, '0')}.000000000Z line ${n}\n`;
const lines = Array.from({ length: 20 }, (_, n) => line(n));
const whole = lines.map((_, n) => `line ${n}\n`).join('');
const keyOf = ({ prowJob }: RunRequest) => `bucket/logs/pod-run/${prowJob.status.build_id}/build-log.txt`;

/** A pod whose followed logs stay open until it is gone. */
function pod() {
  const open: PassThrough[] = [];
  let isGone = false;
  return {
    followed: () => open.length,
    go() {
      isGone = true;
      for (const stream of open) stream.end();
    },
    async log(_name: string, { follow, sinceTime = '' }: LogRequest) {
      if (isGone) return undefined;
      const text = lines.filter((each) => each.slice(0, 19) >= sinceTime.slice(0, 19)).join('');
      if (!follow) return Readable.from([Buffer.from(text)]) as never;
      const stream = new PassThrough();
      stream.write(text);
      open.push(stream);
      return stream as never;
    },
  };
}

async function textOf(blobs: BlobStore, key: string): Promise<string | undefined> {
  const content = await blobs.get(key);
  return content && Buffer.from(content).toString();
}

const archiveOf = (api: ReturnType<typeof pod>, blobs: BlobStore) =>
  createLogArchive({ api, blobs, spoolDir, logger, retriesMs: [] });

test('a worker that ends a run while another one of this machine follows its log stores all of it, and so does the other', async () => {
  const request = podRequest();
  const [api, first, second] = [pod(), createMemoryBlobs(), createMemoryBlobs()];
  const [watcher, ender] = [archiveOf(api, first), archiveOf(api, second)];
  const following = watcher.follow(request);
  following?.begin();
  await eventually(() => api.followed() === 1, 'the log is followed');

  const ended = ender.store(request, { patienceMs: 10_000 });
  await eventually(() => api.followed() === 2, 'both follow it');
  api.go();
  await ended;
  await watcher.store(request, { patienceMs: 10_000 });
  following?.stop();

  expect(await textOf(second, keyOf(request))).toBe(whole);
  expect(await textOf(first, keyOf(request))).toBe(whole);
  await eventually(async () => (await readdir(spoolDir)).length === 0, 'nothing is left');
});

test('a log that storage did not take is stored later, when the pod is gone, also by the next worker', async () => {
  const request = podRequest();
  const [api, blobs] = [pod(), createMemoryBlobs()];
  let isAway = true;
  const moody: BlobStore = {
    ...blobs,
    putFile: (key, path, options) =>
      isAway
        ? Promise.reject(new StorageUnavailable(`write ${key}`, new Error('away')))
        : blobs.putFile(key, path, options),
  };
  const archive = archiveOf(api, moody);
  archive.follow(request)?.begin();
  await eventually(() => api.followed() === 1, 'the log is followed');
  const stored = archive.store(request, { patienceMs: 10_000 });
  api.go();
  await expect(stored).rejects.toMatchObject({ type: 'StorageUnavailable' });

  isAway = false;
  await archive.store(request, { patienceMs: 0 });

  expect(await textOf(blobs, keyOf(request))).toBe(whole);
});

test('two that store the same run at once store it once', async () => {
  const request = podRequest();
  const [api, blobs] = [pod(), createMemoryBlobs()];
  let puts = 0;
  const counting: BlobStore = {
    ...blobs,
    putFile: (key, path, options) => {
      puts += 1;
      return blobs.putFile(key, path, options);
    },
  };
  const archive = archiveOf(api, counting);
  const stored = Promise.all([1, 2].map(() => archive.store(request, { patienceMs: 10_000 })));
  await eventually(() => api.followed() === 1, 'the log is followed');
  api.go();
  await stored;

  expect(puts).toBe(1);
  expect(await textOf(blobs, keyOf(request))).toBe(whole);
});

test('the log of a pod that ended before anybody followed it is read once', async () => {
  const request = podRequest();
  const [api, blobs] = [pod(), createMemoryBlobs()];
  let reads = 0;
  const counting = {
    ...api,
    log: async (name: string, options: LogRequest) => {
      reads += 1;
      return await api.log(name, options);
    },
  };

  await archiveOf(counting, blobs).store(request, { patienceMs: 10_000, hasEnded: true });

  expect(reads).toBe(1);
  expect(api.followed()).toBe(0);
  expect(await textOf(blobs, keyOf(request))).toBe(whole);
});
