/**
 * README's way from `npm start` to a pull request that may be merged, as it stands there: what the page shows, what is commented on
 * it, and the commands. Ports and the data directory are those of the test.
 */
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../harness/eventually.ts';
import { codeBlocks, everydayCommands, isAboutSample, readmeSection, runShell } from '../harness/readme.ts';
import { sampleHost, type SampleHost } from '../harness/sample-host.ts';
import { createSystem, type RunningSystem } from '../harness/system.ts';

const section = readmeSection('From `npm start`');
const patience = { timeoutMs: 60_000, intervalMs: 100 };

let system: RunningSystem;
let host: SampleHost;
/** Where the user has the project. */
let folder: string;
beforeAll(async () => {
  system = await createSystem({});
  folder = join(system.folder, 'bowsprit');
  mkdirSync(folder);
  symlinkSync(system.dataDir, join(folder, '.bowsprit'));
  await system.start();
  host = sampleHost(system.dataDir, system.forgePort);
}, 120_000);
afterAll(async () => {
  await system?.dispose();
}, 30_000);

const run = async (script: string) =>
  await runShell(script.replaceAll('127.0.0.1:8787', `127.0.0.1:${system.forgePort}`), system.environment, folder);

/** The command that asks, as the section has it. */
function explainCommand(): string {
  const [, command] = /`(npx bowsprit explain [^`]*)`/.exec(section) ?? [];
  if (command === undefined) throw new Error('The section does not say how to ask.');
  return command;
}

/** A comment as the form on the page sends it. */
async function commentOnPage(as: string, body: string): Promise<void> {
  const [, address = ''] = /<(http:[^>]*\/pull\/1)>/.exec(section) ?? [];
  const answer = await fetch(`${address.replace('8787', String(system.forgePort))}/comment`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ as, body }),
  });
  expect(answer.status).toBe(200);
}

test('the pull request has been labelled, tested, and somebody was asked to review it', async () => {
  await host.whenStatus(await host.headOf(1), 'unit', 'success');
  const reviewers = async () =>
    await host.ask<{ users: { login: string }[] }>('alice', 'GET', '/repos/demo/hello/pulls/1/requested_reviewers');
  await eventually(async () => (await reviewers()).users.length > 0, 'somebody is asked', patience);

  expect(await host.labels(1)).toContain('kind/feature');
  expect(['alice', 'dave']).toContain((await reviewers()).users[0]?.login);
});

test('explain says what is missing, and what was done', async () => {
  const said = await run(explainCommand());

  expect(said).toContain('✗ approved is missing');
  expect(said).toContain('✗ lgtm is missing');
  expect(said).toMatch(/opened by carol.* → .*start unit/);
});

test('after the comments of the section it says what the section says', async () => {
  const [, first = '', second = ''] = /comment `([^`]+)` as dave, then `([^`]+)` as alice/.exec(section) ?? [];
  await commentOnPage('dave', first);
  await host.whenLabelled(1, { with: ['lgtm'] });
  await commentOnPage('alice', second);
  await host.whenLabelled(1, { with: ['lgtm', 'approved'] });
  const expected = codeBlocks(section, '').join('').trimEnd().split('\n');

  await eventually(async () => (await run(explainCommand())).includes('Ready to merge'), 'it is ready', patience);
  const said = (await run(explainCommand())).replace(/ of \/\S*config\/example/, ' of config/example').split('\n');

  expect(expected.length).toBeGreaterThan(3);
  expect(said).toEqual(expect.arrayContaining(expected));
});

test.each(everydayCommands().filter(isAboutSample))('%s', async (command) => {
  const said = await run(command);

  expect(said).toContain('Greet with an exclamation mark');
  expect(said).toContain('approved');
});

test('a change that fails its test gets a status and a comment; mended it is green and the comment gone', async () => {
  const [commands = '', ...others] = codeBlocks(section, 'sh');
  expect(others).toEqual([]);

  const said = await run(commands);

  const { number } = JSON.parse(said.slice(said.indexOf('{'))) as { number: number };
  const reports = async () => (await host.comments(number)).filter(({ body }) => body.includes('/test unit'));
  await host.whenStatus(await host.headOf(number), 'unit', 'failure');
  await eventually(async () => (await reports()).length === 1, 'there is a report', patience);
  expect(existsSync(join(system.folder, 'hello/greet.sh'))).toBe(true);

  await run(
    'cd ../hello && git checkout --quiet main -- greet.sh && echo "# polite" >> greet.sh && ' +
      'git -c user.name=carol -c user.email=carol@localhost commit --quiet --all --message mend && git push --quiet origin rude',
  );
  await host.whenStatus(await host.headOf(number), 'unit', 'success');
  await eventually(async () => (await reports()).length === 0, 'the report is gone', patience);
}, 180_000);
