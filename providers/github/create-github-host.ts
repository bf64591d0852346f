/**
 * GitHub, or an Enterprise Server of it, as a code host (domain/review/host.ts). One value per process and host: it shares the
 * cache of answers, the rate budgets and what is remembered of memberships.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bot, CodeHost } from '../../domain/review/host.ts';
import { createTtlCache } from '../../domain/ttl-cache.ts';
import { absent } from '../host-failures.ts';
import { addLabels, applyEffect } from './apply-effect.ts';
import { changeFrom, forkOf, openChange } from './changes.ts';
import { createConnection, type GitHubAuth } from './connection.ts';
import { createDeliveryLog } from './deliveries.ts';
import { gitBaseUrl } from './git-base-url.ts';
import { createReads } from './host-reads.ts';
import { readLateWebhook } from './late-webhook.ts';
import { openIssue } from './issues.ts';
import { itemOf, objectOf } from './payload.ts';
import type { RateLimits } from './rate-limits.ts';
import { createMemoryCache, type ResponseCache } from './response-cache.ts';

export interface GitHubHostOptions {
  /** Of the instance in our configuration: `github`, `ghe-corp`. */
  name: string;
  auth: GitHubAuth;
  /** Default https://api.github.com; `https://HOST/api/v3` for Enterprise Server. */
  baseUrl?: string;
  /** Where git finds repositories. Default: what follows from `baseUrl`. */
  gitUrl?: string;
  /** Default: in memory. */
  cache?: ResponseCache;
  /** Milliseconds for which memberships, teams, collaborators and permissions are believed. Default five minutes. */
  rememberMs?: number;
  /** Milliseconds until a request counts as unanswered. Default 30 s. */
  timeoutMs?: number;
  /** Default: what GitHub allows. */
  limits?: RateLimits;
  /** Default: the clock (ms). */
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
}

const whole = (text: string) => text;

export function createGitHubHost(options: GitHubHostOptions): CodeHost {
  const now = options.now ?? Date.now;
  const baseUrl = options.baseUrl ?? 'https://api.github.com';
  const gitBase = options.gitUrl?.replace(/\/+$/, '') ?? gitBaseUrl(baseUrl);
  const connection = createConnection({
    baseUrl,
    auth: options.auth,
    cache: options.cache ?? createMemoryCache(),
    now,
    timeoutMs: options.timeoutMs ?? 30_000,
    limits: options.limits ?? {},
  });
  const remembered = createTtlCache({ ttlMs: options.rememberMs ?? 5 * 60_000, now });
  const wait = options.sleep ?? (async (ms: number) => sleep(ms));
  const readsDeps = { connection, remembered, sleep: wait };
  let ourselves: Promise<Bot> | undefined;

  async function readBot(): Promise<Bot> {
    const client = connection.self();
    if (!connection.isApp) return { login: (await client.request('GET /user')).data.login, isApp: false };
    const { data } = await client.request('GET /app');
    return { login: data?.slug ?? '', isApp: true };
  }

  async function bot(): Promise<Bot> {
    const read = (ourselves ??= readBot());
    read.catch(() => {
      if (ourselves === read) ourselves = undefined;
    });
    return await read;
  }

  return {
    name: options.name,

    bot,

    async item({ org, repo, number }) {
      const client = await connection.of(org);
      const at = { owner: org, repo };
      const pull = await client
        .request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...at, pull_number: number })
        .catch(absent);
      if (pull) return itemOf(objectOf(pull.data) ?? {}, 'pull', whole);
      const issue = await client
        .request('GET /repos/{owner}/{repo}/issues/{issue_number}', { ...at, issue_number: number })
        .catch(absent);
      return issue && itemOf(objectOf(issue.data) ?? {}, 'issue', whole);
    },

    reads: (name) => createReads(readsDeps, name),

    async openChangesOf({ org, repo }, sha) {
      const client = await connection.of(org);
      const pulls = await client.paginate('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
        owner: org,
        repo,
        commit_sha: sha,
        per_page: 100,
      });
      return pulls.filter(({ state, head }) => state === 'open' && head.sha === sha).map(({ number }) => number);
    },

    async *openChanges({ org, repo }) {
      const client = await connection.of(org);
      const pages = client.paginate.iterator('GET /repos/{owner}/{repo}/pulls', {
        owner: org,
        repo,
        state: 'open',
        per_page: 100,
      });
      for await (const { data } of pages) {
        for (const { number, head, base, draft, created_at: createdAt, updated_at: updatedAt } of data) {
          yield { number, headSha: head.sha, baseRef: base.ref, draft: draft ?? false, createdAt, updatedAt };
        }
      }
    },

    async reposOf(org) {
      const client = await connection.of(org);
      const page = { per_page: 100 };
      // An installation may be for some repositories only.
      const repos = connection.isApp
        ? await client.paginate('GET /installation/repositories', page)
        : await client
            .paginate('GET /orgs/{org}/repos', { org, ...page })
            .catch(absent)
            .then(
              async (found) =>
                found ?? (await client.paginate('GET /users/{username}/repos', { username: org, ...page })),
            );
      return repos.filter(({ archived }) => !archived).map(({ name }) => name);
    },

    async branchHead({ org, repo }, branch) {
      const client = await connection.of(org);
      const answer = await client
        .request('GET /repos/{owner}/{repo}/git/ref/{ref}', { owner: org, repo, ref: `heads/${branch}` })
        .catch(absent);
      return answer?.data.object.sha;
    },

    async gitAccess({ org, repo }) {
      const url = `${gitBase}/${encodeURIComponent(org)}/${encodeURIComponent(repo)}.git`;
      const token = await connection.token(org);
      if (token === '') return { url };
      return { url, authorization: `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}` };
    },

    async forkOf(repo) {
      if (connection.isApp) return repo;
      const { login } = await bot();
      return await forkOf(await connection.of(repo.org), repo, login);
    },

    async changeFrom(repo, head, base) {
      return await changeFrom(await connection.of(repo.org), repo, head, base);
    },

    async openChange(repo, change, key) {
      return await openChange(await connection.of(repo.org), repo, change, key);
    },

    async openIssue(repo, issue, key) {
      const { login, isApp } = await bot();
      return await openIssue(await connection.of(repo.org), repo, issue, key, isApp ? `${login}[bot]` : login);
    },

    changeRef: (number) => `refs/pull/${number}/head`,

    async apply(name, effect, key, applyOptions) {
      return await applyEffect({ client: await connection.of(name.org), sleep: wait }, name, effect, key, applyOptions);
    },

    async addLabels(name, labels) {
      await addLabels(await connection.of(name.org), name, labels);
    },

    deliveries: createDeliveryLog(connection),

    lateWebhook: (name, missed) => readLateWebhook(connection, name, missed),
  };
}
