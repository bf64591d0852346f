import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { identityOf } from '../../clients/process/process-identity.ts';
import { lockDataDir } from './lock.ts';
import { StartError } from './start-error.ts';

let dataDir: string;
let other: ChildProcess | undefined;
beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'bowsprit-lock-'))));
afterEach(() => {
  other?.kill('SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

test('the first one gets the lock, and leaves nothing behind', () => {
  const release = lockDataDir(dataDir);
  const whileLocked = readdirSync(dataDir);

  release();

  expect(whileLocked).toEqual(['lock']);
  expect(readdirSync(dataDir)).toEqual([]);
});

test('the data directory is made, with those above it', () => {
  const release = lockDataDir(join(dataDir, 'a/b'));

  expect(existsSync(join(dataDir, 'a/b/lock'))).toBe(true);
  release();
});

test('the second one is told who has it, and does not touch it', () => {
  other = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
  const owner = JSON.stringify(identityOf(other.pid ?? 0));
  writeFileSync(join(dataDir, 'lock'), owner);

  expect(() => lockDataDir(dataDir)).toThrow(
    new StartError(
      `The data directory ${dataDir} is in use by process ${other.pid}. Stop that one first, or choose another with --data-dir.`,
    ),
  );
  expect(readFileSync(join(dataDir, 'lock'), 'utf8')).toBe(owner);
  expect(readdirSync(dataDir)).toEqual(['lock']);
});

test.each<[name: string, content: string]>([
  ['of a process that is gone', '{"pid":2147483646,"began":"x"}'],
  ['of a process whose number another one has now', `{"pid":${process.pid},"began":"long ago"}`],
  ['that was cut off while it was written', '{"pid":1'],
  ['that is empty', ''],
])('a lock %s does not hold', (_name, content) => {
  writeFileSync(join(dataDir, 'lock'), content);

  const release = lockDataDir(dataDir);

  expect(JSON.parse(readFileSync(join(dataDir, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid });
  expect(readdirSync(dataDir)).toEqual(['lock']);
  release();
});

test.each(['/proc/no-such-folder', '/dev/null/data'])('%s cannot be made, and that is said', (path) => {
  expect(() => lockDataDir(path)).toThrow(StartError);
  expect(() => lockDataDir(path)).toThrow(/cannot be (made|written).*--data-dir/);
});
