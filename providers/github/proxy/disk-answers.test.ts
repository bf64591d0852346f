import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createAnswerStore } from './answer-store.ts';
import { openDiskAnswers } from './disk-answers.ts';
import type { StoredAnswer } from './stored-answer.ts';

let folder: string;
let errors: unknown[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-answers-'));
  errors = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');
const answer = (text: string): StoredAnswer => ({
  etag: `"${text}"`,
  headers: { 'content-type': 'application/json', 'set-cookie': ['a', 'b'] },
  body: Buffer.from(`${text}\n\0${text}`),
  storedAt: 5,
});
const open = async (maxBytes = 1_000_000) =>
  await openDiskAnswers({ folder, maxBytes, onError: (error) => errors.push(error) });
const filesIn = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
const pathOf = (key: string) => join(folder, key.slice(0, 2), key);

test('what was stored is there after a start, for our eyes only', async () => {
  await (await open()).set(keyOf('a'), answer('a'));

  const again = await open();

  expect(await again.get(keyOf('a'))).toEqual(answer('a'));
  expect(await again.get(keyOf('b'))).toBeUndefined();
  expect(again.bytes()).toBe(statSync(pathOf(keyOf('a'))).size);
  expect(statSync(pathOf(keyOf('a'))).mode & 0o077).toBe(0);
});

test('a newer answer takes the place of the older', async () => {
  const disk = await open();
  await disk.set(keyOf('a'), answer('old'));
  await Promise.all([disk.set(keyOf('a'), answer('one')), disk.set(keyOf('b'), answer('b'))]);

  expect(await disk.get(keyOf('a'))).toEqual(answer('one'));
  expect(filesIn()).toHaveLength(2);
});

test('the least recently used make room, also for what is found at the start', async () => {
  const disk = await open(4000);
  for (const name of ['a', 'b', 'c', 'd']) await disk.set(keyOf(name), { ...answer(name), body: Buffer.alloc(700) });
  await disk.get(keyOf('a'));
  await disk.set(keyOf('e'), { ...answer('e'), body: Buffer.alloc(700) });

  expect(await disk.get(keyOf('a'))).toBeDefined();
  expect(await disk.get(keyOf('b'))).toBeUndefined();
  expect(disk.bytes()).toBeLessThanOrEqual(4000);
  const smaller = await open(1500);
  expect(smaller.bytes()).toBeLessThanOrEqual(1500);
  expect(filesIn()).toHaveLength(1);
});

test('what would take a quarter of the room is not kept', async () => {
  const disk = await open(4000);
  await disk.set(keyOf('a'), { ...answer('a'), body: Buffer.alloc(1000) });

  expect(filesIn()).toEqual([]);
});

test.each<[string, (path: string) => void]>([
  ['cut', (path) => truncateSync(path, statSync(path).size - 1)],
  ['empty', (path) => truncateSync(path, 0)],
  ['changed', (path) => writeFileSync(path, readFileSync(path, 'latin1').replace('\0a', '\0b'), 'latin1')],
  ['no answer', (path) => writeFileSync(path, 'null\nx')],
])('a file that is %s is no answer, and goes', async (_name, damage) => {
  const disk = await open();
  await disk.set(keyOf('a'), answer('a'));
  damage(pathOf(keyOf('a')));

  expect(await disk.get(keyOf('a'))).toBeUndefined();
  expect(filesIn()).toEqual([]);
  expect(errors).toEqual([]);
});

test('leftovers of a crash go at the next start', async () => {
  await (await open()).set(keyOf('a'), answer('a'));
  writeFileSync(`${pathOf(keyOf('a'))}.half`, 'x');

  await open();

  expect(filesIn().map(({ name }) => name)).toEqual([keyOf('a')]);
});

test('a disk that fails costs no answer, and is told once', async () => {
  const disk = await open();
  const store = createAnswerStore({ memoryBytes: 1_000_000, disk });
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder was');

  await store.set(keyOf('a'), answer('a'));
  await store.set(keyOf('b'), answer('b'));

  expect(await store.get(keyOf('a'))).toEqual(answer('a'));
  expect(errors).toHaveLength(1);
});

test('memory keeps what fits, the disk the rest', async () => {
  const store = createAnswerStore({ memoryBytes: 4000, disk: await open() });
  const long = (name: string) => ({ ...answer(name), body: Buffer.alloc(400, name) });
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await store.set(keyOf(name), long(name));

  expect(store.bytes().memory).toBeLessThanOrEqual(4000);
  expect(await store.get(keyOf('a'))).toEqual(long('a'));
  expect(await createAnswerStore({ memoryBytes: 4000 }).get(keyOf('a'))).toBeUndefined();
});
