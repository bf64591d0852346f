import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../test/harness/eventually.ts';
import { watchFile, type WatchedFile } from './watched-file.ts';

let folder: string;
let path: string;
let file: WatchedFile<string> | undefined;
let errors: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watched-'));
  path = join(folder, 'secret');
  errors = [];
});

afterEach(async () => {
  file?.close();
  file = undefined;
  await rm(folder, { recursive: true, force: true });
});

function parse(text: string): string {
  if (text === 'bad') throw new Error('bad');
  return text;
}

async function open(): Promise<WatchedFile<string>> {
  file = await watchFile({ path, parse, onError: (message) => errors.push(message), pollMs: 5 });
  return file;
}

test('7. the content is taken without white space around it', async () => {
  await writeFile(path, '\n one line \r\n');

  expect((await open()).current()).toBe('one line');
});

test('6. a change is taken without a restart', async () => {
  await writeFile(path, 'old');
  const opened = await open();

  await writeFile(path, 'newer');

  await eventually(() => opened.current() === 'newer', 'the new content is used');
});

test('a file of the same length and an older time that takes its place is seen', async () => {
  await writeFile(path, 'old');
  const opened = await open();
  const other = join(folder, 'other');
  await writeFile(other, 'new');
  await utimes(other, 1, 1);

  await rename(other, path);

  await eventually(() => opened.current() === 'new', 'the new content is used');
});

test('what cannot be read or used leaves the last content in use, and is told once', async () => {
  await writeFile(path, 'old');
  const opened = await open();

  await rm(path);
  await eventually(() => errors.length > 0, 'the missing file is told');
  expect(errors).toEqual([`Cannot read ${path}: ENOENT. It must be a readable file.`]);
  await writeFile(path, 'bad');
  await eventually(() => errors.length > 1, 'the unusable content is told');
  expect(opened.current()).toBe('old');
  await writeFile(path, 'good again');

  await eventually(() => opened.current() === 'good again', 'the mended file is used');
});

test('a file that is not there at first is an error that names it', async () => {
  await expect(open()).rejects.toThrow(`Cannot read ${path}: ENOENT`);
});
