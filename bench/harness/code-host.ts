/**
 * The code host of a benchmark: the forge as a process of its own, with an organisation, a repository and people who ask it over
 * HTTP with tokens of their own. It counts who asked for what (docs/forge.md).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CallLine } from '../../forge/server/calls.ts';
import { inBatches } from './batches.ts';
import { startChild } from './child.ts';
import { compiled } from './paths.ts';
import type { Scope } from './scope.ts';
import { waitFor } from './wait-for.ts';

/** The repository; its default branch is `main`. */
export const benchRepo = { org: 'acme', repo: 'site' } as const;

/** `bot` is the account of the system under measure, `alice` approves, `bob` reviews, `carol` writes, `newdev` is a stranger. */
export type Person = 'bot' | 'alice' | 'bob' | 'carol' | 'newdev';

export interface BenchCodeHost {
  /** Where REST clients find it. */
  api: string;
  pid: number;
  tokens: Readonly<Record<Person, string>>;
  /** Asks the API as somebody; rejects where the answer is no success. */
  ask: <T>(as: Person, method: string, path: string, body?: object) => Promise<T>;
  /** Puts files on a branch of a repository, without a clone. */
  commit: (as: Person, repo: string, branch: string, files: Record<string, string>) => Promise<void>;
  /** Pull requests of carol's, each with a branch and a file of its own; their numbers. */
  openPulls(count: number): Promise<number[]>;
  /** From now on webhooks of the whole organisation go there. */
  sendWebhooks(to: { url: string; secret: string }): Promise<void>;
  /** Calls of the bot since the last `forgetCalls`, oldest first; the last five thousand at most. Git is left out. */
  botCalls(): Promise<CallLine[]>;
  forgetCalls(): Promise<void>;
}

const upSeconds = 30;
/** Limits of the host that no benchmark reaches. */
const generous = 10_000_000;

const owners = 'approvers:\n  - alice\nreviewers:\n  - alice\n  - bob\nlabels:\n  - area/site\n';

/** Those that commands and OWNERS files need to find. */
const repoLabels = ['kind/bug', 'kind/feature', 'area/site', 'priority/important-soon'];

export async function startCodeHost(scope: Scope): Promise<BenchCodeHost> {
  const folder = scope.folder();
  const logFile = join(folder, 'forge.log');
  const child = startChild(scope, {
    command: process.execPath,
    args: [compiled('forge/main.js'), '--data', join(folder, 'data')],
    logFile,
  });
  // It says one line: where it is.
  const said = () => readFileSync(logFile, 'utf8');
  await waitFor('the code host', upSeconds, async () => said().includes('\n'), 50);
  const { url, api } = JSON.parse(said().split('\n')[0] ?? '') as { url: string; api: string };

  async function send<T>(method: string, address: string, headers: Record<string, string>, body?: object): Promise<T> {
    const answer = await fetch(address, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${address} answered ${answer.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
  const control = async <T>(method: string, path: string, body?: object) =>
    await send<T>(method, `${url}/_forge/${path}`, {}, body);

  const people: Partial<Record<Person, { id: number; token: string }>> = {};
  for (const login of ['bot', 'alice', 'bob', 'carol', 'newdev'] as const) {
    people[login] = await control('POST', 'users', { login });
  }
  const tokens = Object.fromEntries(
    Object.entries(people).map(([login, { token }]) => [login, token]),
  ) as BenchCodeHost['tokens'];
  const ask = async <T>(as: Person, method: string, path: string, body?: object) =>
    await send<T>(method, `${api}${path}`, { authorization: `Bearer ${tokens[as]}` }, body);

  const { org, repo } = benchRepo;
  await control('PUT', 'limits', { core: generous, search: generous, graphql: generous });
  await control('POST', 'orgs', { login: org, owners: ['bot', 'alice'], members: ['bob', 'carol'] });
  await ask('alice', 'POST', `/orgs/${org}/repos`, { name: repo, auto_init: true });
  for (const login of ['bob', 'carol']) {
    await ask('alice', 'PUT', `/repos/${org}/${repo}/collaborators/${login}`, { permission: 'push' });
  }
  for (const name of repoLabels) await ask('alice', 'POST', `/repos/${org}/${repo}/labels`, { name, color: 'c7def8' });
  const commit: BenchCodeHost['commit'] = async (author, of, branch, files) => {
    await control('POST', 'commits', { repo: of, branch, files, message: `Change ${branch}`, author });
  };
  await commit('alice', `${org}/${repo}`, 'main', { OWNERS: owners, 'site/index.html': '<h1>Hello</h1>\n' });

  return {
    api,
    pid: child.pid,
    tokens,
    ask,
    commit,
    async openPulls(count) {
      return await inBatches(
        count,
        async (index) => {
          const branch = `change-${index}`;
          await commit('carol', `${org}/${repo}`, branch, { [`site/${branch}.html`]: '<p>Hello</p>\n' });
          const body = { title: `Change ${index}`, head: branch, base: 'main', body: 'A change.' };
          return (await ask<{ number: number }>('carol', 'POST', `/repos/${org}/${repo}/pulls`, body)).number;
        },
        4,
      );
    },
    async sendWebhooks({ url: to, secret }) {
      await ask('alice', 'POST', `/orgs/${org}/hooks`, {
        name: 'web',
        events: ['*'],
        config: { url: to, secret, content_type: 'json' },
      });
    },
    async botCalls() {
      const lines = await control<CallLine[]>('GET', 'calls/log');
      const bot = `user ${people.bot?.id}`;
      return lines.filter(({ caller, operation }) => caller === bot && !operation.startsWith('git/'));
    },
    forgetCalls: async () => await control('DELETE', 'calls'),
  };
}
