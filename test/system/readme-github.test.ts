/**
 * README's way to a repository on GitHub, as it stands there: its files, its commands, its list of events. The forge stands in for
 * GitHub, and nothing answers at the address of the App's webhook.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createForge, type Forge } from '../../forge/create-forge.ts';
import { eventually } from '../harness/eventually.ts';
import { codeBlocks, readmeSection, runShell } from '../harness/readme.ts';
import { createSystem, type RunningSystem } from '../harness/system.ts';

const section = readmeSection('To a repository on GitHub');
const [configure = '', start = ''] = codeBlocks(section, 'sh');
const repo = 'my-org/my-repo';
/** What is read of GitHub's log of webhooks is a few seconds late. */
const patience = { timeoutMs: 90_000, intervalMs: 200 };

let folder: string;
let forge: Forge;
let tokens: Record<string, string>;
let system: RunningSystem;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-readme-'));
  forge = await createForge({ dataDir: join(folder, 'github') });
  const { admin } = forge;
  tokens = Object.fromEntries(['ann', 'bob'].map((login) => [login, admin.createUser({ login }).token]));
  admin.createOrg({ login: 'my-org', owners: ['ann'], members: ['bob'] });
  await admin.createRepo('my-org', { name: 'my-repo' }, 'ann');
  const files = {
    OWNERS: 'approvers: [ann]\nreviewers: [ann, bob]\n',
    Makefile: 'test:\n\t@echo tested\n',
  };
  await admin.commit({ repo, branch: 'main', author: 'ann', message: 'Start', files });
}, 60_000);
afterAll(async () => {
  await system?.dispose();
  await forge?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, 30_000);

/** The names of events in the API, from the words of GitHub's form. */
function events(): string[] {
  const [, list = ''] = /^\| Events +\| (.*) \|$/m.exec(section) ?? [];
  return list.split(', ').map((words) => words.toLowerCase().replaceAll(' ', '_'));
}

async function ask<T>(as: string, method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${forge.api}/repos/${repo}${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens[as]}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function labels(): Promise<string[]> {
  return (await ask<{ name: string }[]>('ann', 'GET', '/issues/1/labels')).map(({ name }) => name);
}

test('the configuration of the section is made, and its check finds nothing', async () => {
  const said = await runShell(configure, process.env, folder);

  expect(said.trim()).toBe('1 presubmits, 0 postsubmits, 0 periodics');
});

test('with the App of the section and its command a pull request gets from its test to where it may be merged', async () => {
  const app = forge.admin.createApp({
    slug: 'my-prow',
    owner: 'my-org',
    events: events(),
    webhook: { url: 'http://127.0.0.1:9/hook' },
  });
  await forge.admin.installApp(app.id, 'my-org', ['my-repo']);
  writeFileSync(join(folder, 'my-prow/app.pem'), app.privateKey);
  const words = start.replaceAll('\\\n', ' ').trim().split(/\s+/);
  expect(words.slice(0, 3)).toEqual(['npm', 'start', '--']);
  const args = words
    .slice(3)
    .map((word) => word.replace(/^my-prow\//, `${folder}/my-prow/`).replace(/^123456$/, String(app.id)));
  system = await createSystem({
    args: [...args, '--github-endpoint', forge.api],
    dataDir: join(folder, 'my-prow/data'),
  });
  await system.start();

  await forge.admin.commit({ repo, branch: 'more', author: 'bob', message: 'More', files: { 'more.txt': 'more\n' } });
  const pull = await ask<{ number: number; head: { sha: string } }>('bob', 'POST', '/pulls', {
    title: 'More',
    head: 'more',
    base: 'main',
  });
  expect(pull.number).toBe(1);
  const statuses = async () =>
    await ask<{ context: string; state: string }[]>('ann', 'GET', `/commits/${pull.head.sha}/statuses`);
  const has = async (state: string) => (await statuses()).some((one) => one.context === 'unit' && one.state === state);
  await eventually(async () => has('success'), 'its test has succeeded', patience);
  for (const [who, command] of [
    ['ann', '/lgtm'],
    ['ann', '/approve'],
  ] as const) {
    await ask(who, 'POST', '/issues/1/comments', { body: command });
  }
  await eventually(
    async () => (await labels()).filter((label) => /^(lgtm|approved)$/.test(label)).length === 2,
    'it is labelled',
    patience,
  );

  const [, explain = ''] = /`(npx bowsprit explain https[^`]*)`/.exec(section) ?? [];
  const ready = async () => (await runShell(explain, system.environment, folder)).includes('\nReady to merge: ');
  await eventually(ready, 'it may be merged', patience);
}, 300_000);
