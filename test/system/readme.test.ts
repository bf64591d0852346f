/**
 * The commands of README's table "Everyday commands", as they stand there, against the running system. Those about pull requests
 * are tried in readme-pull-request.test.ts.
 */
import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from '@temporalio/client';
import type { ProwJobs, ProwJobSummary } from '../../clients/temporal/api.ts';
import { connectTemporal } from '../../clients/temporal/connect.ts';
import { createProwJobs } from '../../clients/temporal/prowjobs.ts';
import { eventually } from '../harness/eventually.ts';
import { everydayCommands, isAboutSample, runShell } from '../harness/readme.ts';
import { createSystem, ended, periodics, shellJob, type RunningSystem } from '../harness/system.ts';

let system: RunningSystem;
let client: Client;
let prowJobs: ProwJobs;
let go: string;

const patience = { timeoutMs: 60_000, intervalMs: 100 };

beforeAll(async () => {
  system = await createSystem({ jobs: '' });
  go = join(system.folder, 'go');
  writeFileSync(go, '');
  const script = `echo started; until [ -e ${go} ]; do sleep 0.1; done; echo done`;
  writeFileSync(system.jobsFile, periodics(shellJob('echo-test', script)));
  await system.start();
  client = await connectTemporal({ address: `127.0.0.1:${system.temporalPort}`, namespace: 'default' });
  prowJobs = createProwJobs(client);
  await system.whenInState('echo-test', 'success');
}, 120_000);
afterAll(async () => {
  await client?.connection.close();
  await system?.dispose();
}, 30_000);

async function run(command: string): Promise<string> {
  // What npx adds is tried once.
  if (!command.includes('jobs list')) return await runShell(command, system.environment);
  const result = await ended('/bin/sh', ['-c', command], system.environment);
  if (result.code !== 0) throw new Error(`${command} ended with ${result.code}: ${result.stdout}${result.stderr}`);
  return result.stdout;
}

async function newest(): Promise<ProwJobSummary> {
  for await (const run of prowJobs.list({ query: 'ProwJob="echo-test"' })) return run;
  throw new Error('No run of echo-test is listed.');
}

/** A new run, which goes on until somebody ends it. */
async function startLongRun(): Promise<ProwJobSummary> {
  rmSync(go, { force: true });
  const { prowJob } = await prowJobs.start({ job: 'echo-test' });
  await eventually(async () => (await newest()).name === prowJob, 'the new run is listed', patience);
  await system.whenRunInState(prowJob, 'pending');
  return await newest();
}

async function listedRuns(): Promise<string[]> {
  return (await system.prowJobs('echo-test')).map(({ metadata }) => metadata.name);
}

async function expectAborted(command: string): Promise<void> {
  const { workflowId, name } = await startLongRun();
  await run(command.replace(/\bID\b/, workflowId));
  await system.whenRunInState(name, 'aborted');
}

async function expectAnotherRun(command: string): Promise<void> {
  writeFileSync(go, '');
  const before = await listedRuns();
  await run(command);
  const others = async () => (await listedRuns()).filter((name) => !before.includes(name));
  await eventually(async () => (await others()).length > 0, 'there is one more run', patience);
  const [another = '', ...more] = await others();
  expect(more).toEqual([]);
  await system.whenRunInState(another, 'success');
}

async function expectPaused(command: string): Promise<void> {
  await run(command);
  const schedule = client.schedule.getHandle('periodic:echo-test');
  const { state } = await schedule.describe();
  expect(state.paused).toBe(true);
  await schedule.unpause();
}

/** What each command is for, by its beginning. A command in the table that is not here fails its test. */
const purposes: [beginning: string, check: (command: string) => Promise<void>][] = [
  ['npx bowsprit jobs list', async (command) => expect(await run(command)).toMatch(/^echo-test +success/m)],
  ['temporal workflow list', async (command) => expect(await run(command)).toContain('periodic:echo-test-')],
  ['npx bowsprit job start', expectAnotherRun],
  ['temporal workflow start', expectAnotherRun],
  ['npx bowsprit job abort', expectAborted],
  ['temporal workflow update execute --name abort', expectAborted],
  ['temporal workflow cancel', expectAborted],
  [
    'npx bowsprit job logs -f',
    async (command) => {
      const { name } = await startLongRun();
      const following = run(command);
      writeFileSync(go, '');
      expect(await following).toBe('started\ndone\n');
      await system.whenRunInState(name, 'success');
      expect((await newest()).name).toBe(name);
    },
  ],
  [
    'temporal workflow query',
    async (command) => {
      const { workflowId, name } = await newest();
      const answer = await run(command.replace(/\bID\b/, workflowId));
      expect(answer).toContain(`"name":"${name}"`);
      expect(answer).toContain('"state":"success"');
    },
  ],
  ['npx bowsprit periodic list', async (command) => expect(await run(command)).toMatch(/^echo-test +interval: 24h/m)],
  ['temporal schedule list', async (command) => expect(await run(command)).toContain('periodic:echo-test')],
  ['npx bowsprit periodic pause', expectPaused],
  ['temporal schedule toggle', expectPaused],
  ['npx bowsprit periodic trigger', expectAnotherRun],
  ['temporal schedule trigger', expectAnotherRun],
  [
    'temporal workflow signal --name configChanged',
    async (command) => {
      const reconciled = () => system.logFile('worker').split('"Schedules reconciled"').length;
      const before = reconciled();
      await run(command);
      await eventually(() => reconciled() > before, 'the schedules are reconciled', patience);
    },
  ],
];

const commands = everydayCommands().filter((command) => !isAboutSample(command));

test('the table has commands', () => {
  expect(commands.length).toBeGreaterThanOrEqual(16);
});

test.each(commands)(
  '%s',
  async (command) => {
    const purpose = purposes.find(([beginning]) => command.startsWith(beginning));
    if (!purpose) throw new Error('Nothing is known of what this command is for: say it in `purposes`.');
    await purpose[1](command);
  },
  120_000,
);
