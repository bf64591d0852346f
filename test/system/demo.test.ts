/** `npm run demo`, from its start to its exit code; and what it leaves behind, which is nothing. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { temporalCliPath } from '../harness/dev-server.ts';
import { eventually } from '../harness/eventually.ts';
import { killQuietly, processesWithText } from '../harness/processes.ts';
import { projectRoot } from '../harness/system.ts';

const patience = { timeoutMs: 120_000, intervalMs: 100 };

let folder: string;
let demo: ChildProcess | undefined;
let told: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-demo-test-'));
  told = '';
});
afterEach(async () => {
  demo?.kill('SIGKILL');
  for (let round = 0; round < 20 && processesWithText(folder).length > 0; round += 1) {
    for (const { pid } of processesWithText(folder)) killQuietly(pid);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Starts the program; its temporary folder is below the test's. */
function start(args: string[] = [], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [join(projectRoot, 'dist/scripts/demo/main.js'), ...args], {
    cwd: projectRoot,
    // Somebody's own system must not be the one that is played with.
    env: { ...process.env, TMPDIR: folder, TEMPORAL_CLI_PATH: temporalCliPath(), BOWSPRIT_PORT: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const take = (chunk: Buffer) => (told += chunk.toString());
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  demo = child;
  return child;
}

async function ended(child: ChildProcess): Promise<number | null> {
  return await new Promise((resolve) => child.once('close', resolve));
}

test('a pull request goes from a stranger to ready to merge, and the demo ends by itself', async () => {
  const code = await ended(start());

  expect({ code, told }).toMatchObject({ code: 0 });
  const titles = told.split('\n').filter((line) => /^\d\. /.test(line));
  expect(titles.map((line) => line.slice(3))).toEqual([
    'eve, whom nobody knows here, opens a pull request',
    'alice, a member, looks at it and comments /ok-to-test',
    'the presubmit unit clones the change, merged into main, and runs its test',
    'dave, a reviewer by OWNERS, comments /lgtm',
    'alice, an approver by OWNERS, comments /approve',
    'the pull request is ready to merge',
  ]);
  expect(told.match(/^ {3}✓ \d+\.\d s /gm)).toHaveLength(titles.length);
  expect(told).toContain('✗ needs-ok-to-test is on it');
  expect(told).toMatch(/page {3}http:\/\/127\.0\.0\.1:\d+\/demo\/hello\/pull\/2\n/);
  expect(told).toMatch(
    /actor {2}http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/change%3Aforge%3Ademo!hello%3A2\n/,
  );
  expect(told).toMatch(/job {4}http:\/\/127\.0\.0\.1:\d+\/view\/prowjob\/unit\/\d+\n/);
  expect(told).toMatch(/status (pending, then )?success\n/);
  expect(told).toContain('Ready to merge: its Tide query is tide.queries[0]');
  expect(readdirSync(folder)).toEqual([]);
  expect(processesWithText(folder)).toEqual([]);
}, 240_000);

test('--keep leaves it running until Ctrl-C', async () => {
  const child = start(['--keep']);
  const code = ended(child);
  await eventually(
    () => told.includes('Ctrl-C ends it') || child.exitCode !== null,
    'it can be looked around',
    patience,
  );
  const page = /page {3}(\S+)/.exec(told)?.[1] ?? '';

  const answer = await fetch(page);
  child.kill('SIGINT');

  expect(await answer.text()).toContain('Say more in the README');
  expect(await code).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
  expect(processesWithText(folder)).toEqual([]);
}, 240_000);

test('Ctrl-C in the middle ends everything', async () => {
  const child = start();
  const code = ended(child);
  await eventually(() => told.includes('1. eve') || child.exitCode !== null, 'its first step begins', patience);

  child.kill('SIGINT');

  expect(await code).toBe(130);
  expect(readdirSync(folder)).toEqual([]);
  expect(processesWithText(folder)).toEqual([]);
}, 240_000);

test('a system that cannot start is a failure with its reason, and logs are kept', async () => {
  const code = await ended(start([], { TEMPORAL_CLI_PATH: '/bin/false' }));

  expect(code).toBe(1);
  expect(told).toMatch(/The demo failed in the start: .*Temporal/);
  const logs = /Logs are in (\S+)/.exec(told)?.[1] ?? '';
  expect(existsSync(join(logs, 'temporal.log'))).toBe(true);
}, 120_000);
