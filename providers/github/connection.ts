/**
 * Octokit as we use it: one client for each account (the token's, or each installation of the App), with conditional requests,
 * the account's rate budget, and failures of `domain/errors.ts` instead of HTTP errors. Nothing is retried here: activities are.
 */
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import type { FailureType } from '../../domain/errors.ts';
import { absent, HostRateLimited, HostRefusal, HostUnavailable } from '../host-failures.ts';
import { listAt, objectOf, textAt } from './payload.ts';
import { accountHeader, waitHeader } from './proxy-headers.ts';
import { createRateBudget, type RateBudget } from './rate-budget.ts';
import type { RateLimits } from './rate-limits.ts';
import { kindOfRequest } from './request-kind.ts';
import { cacheKey, type ResponseCache } from './response-cache.ts';
import { createTokenCache } from './token-cache.ts';

const Client = Octokit.plugin(paginateRest);
export type GitHubClient = InstanceType<typeof Client>;

/** Functions, because files with credentials change while we run. */
export type GitHubAuth = { token: () => string } | { appId: string; privateKey: () => string };

export interface ConnectionOptions {
  /** `https://api.github.com`, or `https://HOST/api/v3`. */
  baseUrl: string;
  auth: GitHubAuth;
  cache: ResponseCache;
  now: () => number;
  /** Milliseconds until a request counts as unanswered. */
  timeoutMs: number;
  limits: RateLimits;
}

export interface Connection {
  isApp: boolean;
  /** Acts for an organisation or user: with an App, as its installation there. */
  of(org: string): Promise<GitHubClient>;
  /** Acts as the account itself: the App, not an installation. */
  self(): GitHubClient;
  /** A token for repositories of an organisation or user, to use now. Empty for nobody in particular. */
  token(org: string): Promise<string>;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { auth } = options;
  if ('token' in auth) {
    const client = createClient(options, { name: 'token' });
    client.hook.before('request', (request) => {
      request.headers.authorization = `token ${auth.token()}`;
    });
    return { isApp: false, of: async () => client, self: () => client, token: async () => auth.token() };
  }

  const installations = new Map<string, Promise<GitHubClient>>();
  let current: { key: string; client: GitHubClient } | undefined;
  const appAuth = (key: string) => ({ appId: auth.appId, privateKey: key });
  const self = () => {
    const key = auth.privateKey();
    if (current?.key !== key) {
      installations.clear();
      const client = createClient(options, { name: `app ${auth.appId}`, app: appAuth(key) });
      current = { key, client };
    }
    return current.client;
  };
  const of = async (org: string): Promise<GitHubClient> => {
    const app = self();
    const known = installations.get(org);
    if (known) return await known;
    const found = installationOf(app, org).then((id) =>
      createClient(options, {
        name: `installation ${id}`,
        app: { ...appAuth(auth.privateKey()), installationId: id },
      }),
    );
    installations.set(org, found);
    // An App may be installed any minute.
    found.catch(() => installations.delete(org));
    return await found;
  };
  return {
    isApp: true,
    self,
    of,
    async token(org) {
      const client = await of(org);
      return ((await client.auth({ type: 'installation' })) as { token: string }).token;
    },
  };
}

async function installationOf(app: GitHubClient, owner: string): Promise<number> {
  const ofOrg = await app.request('GET /orgs/{org}/installation', { org: owner }).catch(absent);
  const found = ofOrg ?? (await app.request('GET /users/{username}/installation', { username: owner }));
  return found.data.id;
}

interface Account {
  name: string;
  /** Credentials of an App, or of an installation of it. */
  app?: object;
}

function createClient(options: ConnectionOptions, { name: account, app }: Account): GitHubClient {
  const quiet = () => undefined;
  const tokens = createTokenCache(options.now);
  const client = new Client({
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    userAgent: 'bowsprit',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    ...(app && { authStrategy: createAppAuth, auth: { ...app, cache: tokens } }),
  });
  const budget = createRateBudget({ ...options.limits, now: options.now });
  const underWay = new Map<string, Promise<unknown>>();

  client.hook.wrap('request', async (send, request) => {
    const { method, url } = client.request.endpoint({ ...request });
    const path = new URL(url).pathname;
    const action = `${method} ${path}`;
    const kind = kindOfRequest(method, path, textAt({ ...request }, 'query'));
    if (app) request.headers[accountHeader] = account;
    request.request = {
      ...request.request,
      signal: AbortSignal.timeout(options.timeoutMs),
      // To who is no member itself, GitHub tells only of public members.
      ...(/\/orgs\/[^/]+\/members\//.test(path) && { redirect: 'manual' }),
    };

    const ask = async () => {
      const wait = budget.take(kind);
      if (wait > 0) throw new HostRateLimited(action, wait);
      try {
        const response = await send(request);
        if (kind.resource === 'graphql' && isGraphLimit(response.data)) {
          const { headers } = response;
          throw new HostRateLimited(action, budget.limitedBy({ status: 200, headers, message: '' }) ?? 0);
        }
        budget.saw(response.headers);
        if (path.endsWith('/access_tokens')) tokens.expires(Date.parse(textAt({ ...response.data }, 'expires_at')));
        if (response.status >= 300) throw refusalOf(action, response.status, `redirected (${response.status})`);
        return response;
      } catch (error) {
        throw failureOf(action, error, budget);
      } finally {
        budget.ended(kind);
      }
    };
    // A read that began before a write does not show it: later ones must not join it.
    if (method !== 'GET') return await ask().finally(() => kind.write && underWay.clear());

    const key = cacheKey(account, request.headers.accept ?? '', url);
    const asked = underWay.get(key) as ReturnType<typeof ask> | undefined;
    const answer = asked ?? conditional(ask, key);
    if (!asked) {
      underWay.set(key, answer);
      const done = () => {
        if (underWay.get(key) === answer) underWay.delete(key);
      };
      answer.then(done, done);
    }
    const response = await answer;
    // Pagination writes into what it gets.
    return { ...response, headers: { ...response.headers }, data: structuredClone(response.data as unknown) };

    async function conditional(read: typeof ask, at: string): ReturnType<typeof ask> {
      const cached = await options.cache.get(at);
      if (cached) request.headers['if-none-match'] = cached.etag;
      try {
        const fresh = await read();
        const { etag } = fresh.headers;
        if (etag && fresh.status === 200) {
          await options.cache.set(at, { etag, status: 200, headers: fresh.headers, data: fresh.data });
        }
        return fresh;
      } catch (error) {
        if (!cached || !(error instanceof NotModified)) throw error;
        return { url, status: cached.status, headers: { ...cached.headers }, data: cached.data };
      }
    }
  });
  return client;
}

/** The host says that what we have is still right. */
class NotModified extends Error {}

function failureOf(action: string, error: unknown, budget: RateBudget): Error {
  if (error instanceof HostRefusal || error instanceof HostRateLimited || error instanceof HostUnavailable)
    return error;
  const { status, response } = (error ?? {}) as {
    status?: number;
    response?: { headers: Record<string, string | number | undefined>; data: unknown };
  };
  if (typeof status !== 'number' || !response) return new HostUnavailable(action, reasonOf(error));
  if (status === 304) {
    budget.saw(response.headers);
    return new NotModified();
  }
  // A proxy that keeps the limits of all of us says for how long it refuses this one.
  const told = Number(response.headers[waitHeader] ?? 0);
  if (told > 0) return new HostRateLimited(action, told);
  const words = wordsOf(response.data) || `HTTP status ${status}`;
  const wait = budget.limitedBy({ status, headers: response.headers, message: words });
  if (wait !== undefined) return new HostRateLimited(action, wait);
  return refusalOf(action, status, words);
}

function refusalOf(action: string, status: number, words: string): Error {
  if (status >= 500 || status === 408) return new HostUnavailable(action, words);
  const types: Readonly<Record<number, FailureType>> = {
    301: 'HostNotFound',
    302: 'HostForbidden',
    307: 'HostNotFound',
    401: 'HostAuth',
    403: /suspended/i.test(words) ? 'HostAuth' : 'HostForbidden',
    404: 'HostNotFound',
    410: 'HostNotFound',
    451: 'HostForbidden',
  };
  return new HostRefusal(types[status] ?? 'HostValidation', action, status, words);
}

function wordsOf(data: unknown): string {
  const answer = objectOf(data);
  if (!answer) return '';
  const errors = Array.isArray(answer['errors']) ? (answer['errors'] as unknown[]) : [];
  const details = errors.map((one) => (typeof one === 'string' ? one : textAt(objectOf(one) ?? {}, 'message')));
  return [textAt(answer, 'message'), ...details.filter(Boolean)].filter(Boolean).join('; ').slice(0, 1000);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'TimeoutError' || error.name === 'AbortError' ? 'no answer in time' : error.message;
}

/** The graph refuses with status 200. */
function isGraphLimit(data: unknown): boolean {
  return listAt(objectOf(data) ?? {}, 'errors').some((error) => textAt(error, 'type') === 'RATE_LIMITED');
}

/** Asks the graph; rejects with the same failures as other requests. */
export async function askGraph<T>(client: GitHubClient, query: string, variables: Record<string, unknown>): Promise<T> {
  try {
    return await client.graphql<T>(query, variables);
  } catch (error) {
    const errors = (error as { errors?: readonly { type?: string; message?: string }[] }).errors;
    if (!errors) throw error;
    const words = errors
      .map(({ message }) => message ?? '')
      .join('; ')
      .slice(0, 1000);
    const action = 'ask GraphQL';
    const missing = errors.some(({ type }) => type === 'NOT_FOUND');
    throw new HostRefusal(missing ? 'HostNotFound' : 'HostValidation', action, missing ? 404 : 422, words);
  }
}
