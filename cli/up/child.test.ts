/** Children are small programs of Node here; what they are told by IPC is the contract of `workers/`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../../test/harness/eventually.ts';
import { createChild, type Child } from './child.ts';

let folder: string;
let child: Child | undefined;
let restarts: string[];
let fatal: string[];
let pids: number[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-child-'));
  [restarts, fatal, pids] = [[], [], []];
});
afterEach(async () => {
  await child?.stop({}, 0);
  rmSync(folder, { recursive: true, force: true });
});

const logFile = () => join(folder, 'child.log');
const log = () => readFileSync(logFile(), 'utf8');

function run(program: string, ipc = true): Child {
  child = createChild({
    name: 'test',
    command: process.execPath,
    args: ['--eval', program],
    logFile: logFile(),
    ipc,
    onRestart: (reason) => restarts.push(reason),
    onFatal: (message) => fatal.push(message),
    onSpawn: (pid) => pids.push(pid),
  });
  child.start();
  return child;
}

function isGone(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return false;
  } catch {
    return true;
  }
}

const ready = "process.send({ type: 'ready' });";
const forever = 'setInterval(() => {}, 1000);';

test('its output goes to the log file', async () => {
  await run(`console.log('out'); console.error('err'); ${ready} ${forever}`).whenReady;

  await eventually(() => log() === 'out\nerr\n', 'both lines are in the log');
});

test('one that dies is started again, and the reason is told', async () => {
  run(`process.exit(3)`);

  await eventually(() => pids.length >= 2, 'it runs again');
  expect(restarts[0]).toBe('exit code 3');
});

test('one that is killed is started again', async () => {
  await run(`${ready} ${forever}`).whenReady;
  process.kill(pids[0] ?? 0, 'SIGKILL');

  await eventually(() => pids.length === 2, 'it runs again');
  expect(restarts).toEqual(['killed by SIGKILL']);
});

test('one that says it cannot go on is not started again', async () => {
  run("process.send({ type: 'fatal', message: 'no such file' }, () => process.exit(1));");

  await eventually(() => isGone(pids[0]), 'it has ended');
  expect(fatal).toEqual(['no such file']);
  expect(restarts).toEqual([]);
});

test('it is asked to end, and gets the message', async () => {
  const told = run(
    `process.on('message', (message) => { console.log(JSON.stringify(message)); process.exit(0); }); ${ready}`,
  );
  await told.whenReady;

  await told.stop({ type: 'stop', abortRuns: true }, 10_000);

  expect(log()).toBe('{"type":"stop","abortRuns":true}\n');
  expect(restarts).toEqual([]);
});

test('one that does not listen is killed after the grace time', async () => {
  const deaf = run(`process.on('SIGTERM', () => {}); ${ready} ${forever}`);
  await deaf.whenReady;

  await deaf.stop({ type: 'stop' }, 50);

  expect(isGone(pids[0])).toBe(true);
  expect(restarts).toEqual([]);
});

test('one without messages is asked by signal', async () => {
  const plain = run(
    `process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); console.log('up'); ${forever}`,
    false,
  );
  await eventually(() => log().includes('up'), 'it is up');

  await plain.stop({}, 10_000);

  expect(log()).toBe('up\nbye\n');
});

test('one that waits for its next start is not started after a stop', async () => {
  const dying = run('process.exit(1)');
  await eventually(() => restarts.length === 1, 'it has died');

  await dying.stop({}, 0);

  expect(dying.pid()).toBeUndefined();
  expect(pids).toHaveLength(1);
});

test('a program that does not exist is told like one that dies', async () => {
  child = createChild({
    name: 'test',
    command: join(folder, 'no-such-program'),
    args: [],
    logFile: logFile(),
    ipc: false,
    onRestart: (reason) => restarts.push(reason),
    onFatal: (message) => fatal.push(message),
  });
  child.start();

  await eventually(() => restarts.length > 0, 'it is told');
  expect(restarts[0]).toContain('ENOENT');
});
