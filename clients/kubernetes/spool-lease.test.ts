import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { takeLease } from './spool-lease.ts';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowsprit-lease-'));
  path = join(folder, 'run.lease');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('of many that want it one has it, until it is given back', async () => {
  const wanted = await Promise.all(Array.from({ length: 20 }, () => takeLease(path)));
  const held = wanted.filter((lease) => lease !== undefined);

  expect(held).toHaveLength(1);
  await held[0]?.release();
  expect(await readdir(folder)).toEqual([]);
  expect(await takeLease(path)).toBeDefined();
});

test('that of a worker that died is taken over by one', async () => {
  await writeFile(path, 'somebody');
  expect(await takeLease(path)).toBeUndefined();
  await utimes(path, 1, 1);

  const wanted = await Promise.all(Array.from({ length: 20 }, () => takeLease(path)));

  expect(wanted.filter((lease) => lease !== undefined)).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['run.lease']);
});

test('a holder that lost it takes it from nobody', async () => {
  const first = await takeLease(path);
  await utimes(path, 1, 1);
  const second = await takeLease(path);

  await first?.release();

  expect(second).toBeDefined();
  expect(await takeLease(path)).toBeUndefined();
  await second?.release();
});
