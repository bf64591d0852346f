/**
 * Stands between GitHub's API and everybody here who uses it, as Prow's ghproxy does (spec plugins-community.md C.8): what was read
 * before is asked for conditionally, which is free where it has not changed; equal reads at the same time are one; and the limits
 * of an account are kept for all its processes together. Otherwise answers are the host's own. Knows nothing of how clients
 * reach it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { CacheMode, GitHubProxyMetrics, ProxiedRequest } from '../../../telemetry/github-proxy-metrics.ts';
import type { Logger } from '../../../telemetry/logger.ts';
import { cacheModeHeader } from '../proxy-headers.ts';
import type { RateLimits } from '../rate-limits.ts';
import { kindOfRequest, type RequestKind } from '../request-kind.ts';
import { cacheKey } from '../response-cache.ts';
import { createAccounts, type Account } from './accounts.ts';
import type { AnswerStore } from './answer-store.ts';
import { createCredentials, type Caller } from './credentials.ts';
import {
  encodingOf,
  forbidsKeeping,
  forwardedHeaders,
  isSameTag,
  lastingHeaders,
  refreshedHeaders,
  returnedHeaders,
  type AnswerHeaders,
} from './headers.ts';
import { createTokenSharing } from './token-sharing.ts';
import { refusal, waitRefusal } from './own-answers.ts';
import { createPlaces, type Place } from './place.ts';
import { documentOf, isGraphLimit, jsonOf, wordsOf } from './short-json.ts';
import type { StoredAnswer } from './stored-answer.ts';
import { createUpstream, UpstreamFailure, type UpstreamAnswer } from './upstream.ts';

export interface GitHubProxyOptions {
  /** `https://api.github.com`, or `https://HOST/api/v3`. */
  upstream: string;
  store: AnswerStore;
  limits: RateLimits;
  metrics: GitHubProxyMetrics;
  logger: Logger;
  now: () => number;
  /** Milliseconds for which a request is held when a limit is in its way. Default 2 s. */
  holdMs?: number;
  /** Milliseconds until the host counts as gone. Default 25 s: less than clients wait for us. */
  timeoutMs?: number;
  /** Longer answers are neither kept nor shared. Default 16 MiB. */
  maxBodyBytes?: number;
  /** Status of answers to who has to wait. Default 429; Prow's own clients understand 403 alone. */
  limitStatus?: 403 | 429;
}

export interface ProxyRequest {
  method: string;
  /** As the client wrote it. */
  target: string;
  /** Under which the client knows us. */
  host: string;
  headers: IncomingHttpHeaders;
  body?: Buffer | undefined;
}

export interface ProxyAnswer {
  status: number;
  headers: AnswerHeaders;
  body?: Buffer | Readable;
}

export interface GitHubProxy {
  /** Never rejects for what the host or the client does. */
  answer(request: ProxyRequest): Promise<ProxyAnswer>;
  close(): void;
}

/** A request on its way, with all that is known of it. */
interface Passage {
  request: ProxyRequest;
  place: Place;
  caller: Caller;
  account: Account;
  kind: RequestKind;
  /** What the host is sent. */
  headers: Record<string, string>;
  measured: ProxiedRequest;
}

/** What came of a passage. `stream` can be read by one only. */
interface Outcome {
  mode: CacheMode;
  status: number;
  headers: AnswerHeaders;
  body: Buffer;
  stream?: Readable;
}

/** With these a read is about something else than the whole content as it is now. */
const unusual = ['range', 'if-range', 'if-match', 'if-modified-since', 'if-unmodified-since', 'cookie', 'x-github-otp'];

export function createGitHubProxy(options: GitHubProxyOptions): GitHubProxy {
  const { store, metrics, logger, now, holdMs = 2000, limitStatus = 429 } = options;
  const places = createPlaces(options.upstream);
  const credentials = createCredentials();
  const tokens = createTokenSharing({ credentials, now });
  const accounts = createAccounts({ limits: options.limits, holdMs, now });
  const upstream = createUpstream({
    origin: places.origin,
    timeoutMs: options.timeoutMs ?? 25_000,
    maxBodyBytes: options.maxBodyBytes ?? 16 * 1024 * 1024,
  });
  /** Reads under way. */
  const flights = new Map<string, Promise<Outcome>>();

  async function answer(request: ProxyRequest): Promise<ProxyAnswer> {
    const place = places.of(request.target);
    if (!place) return refusal(400, 'That is no path of the API.');
    const caller = credentials.of(request.headers);
    const { method } = request;
    const passage: Passage = {
      request,
      place,
      caller,
      account: accounts.of(caller.account),
      kind: kindOfRequest(method, place.api, place.api === '/graphql' ? documentOf(request.body) : ''),
      headers: { ...forwardedHeaders(request.headers), 'accept-encoding': encodingOf(request.headers) },
      measured: {
        account: caller.account,
        method,
        path: place.api,
        userAgent: request.headers['user-agent'] ?? '',
      },
    };
    const isRead = method === 'GET' && unusual.every((name) => request.headers[name] === undefined);
    try {
      const outcome = isRead ? await read(passage) : await pass(passage);
      metrics.answered(passage.measured, outcome.mode);
      return shown(passage, outcome);
    } catch (error) {
      metrics.answered(passage.measured, 'ERROR');
      if (error instanceof WaitNeeded) {
        metrics.putOff(passage.measured);
        return waitRefusal(limitStatus, error.waitMs);
      }
      if (error instanceof UpstreamFailure) return refusal(error.status, error.message);
      throw error;
    }
  }

  async function pass(passage: Passage): Promise<Outcome> {
    try {
      const outcome = outcomeOf(await send(passage, passage.headers), 'SKIP');
      return { ...outcome, ...tokens.replaced(passage.place.api, passage.request, outcome) };
    } finally {
      // A read that began before a change does not show it: later ones must not join it, whoever asks.
      if (passage.kind.write) flights.clear();
    }
  }

  async function read(passage: Passage): Promise<Outcome> {
    const { caller, headers, place, request } = passage;
    const form = ['accept', 'accept-encoding', 'x-github-api-version'].map((name) => headers[name] ?? '').join('\n');
    const key = cacheKey(caller.account, form, place.path);
    const stored = await store.get(key);
    // What we have not kept, the client may have.
    const etag = stored?.etag ?? request.headers['if-none-match'];
    const flight = [caller.credential, key, etag].join('\n');
    const running = flights.get(flight);
    if (running) {
      const outcome = await running;
      // What comes as a stream is for one.
      if (!outcome.stream) return { ...outcome, mode: 'COALESCED' };
    }
    const first = askAgain(passage, { key, stored, etag });
    flights.set(flight, first);
    try {
      return await first;
    } finally {
      if (flights.get(flight) === first) flights.delete(flight);
    }
  }

  async function askAgain(
    passage: Passage,
    { key, stored, etag }: { key: string; stored: StoredAnswer | undefined; etag: string | undefined },
  ): Promise<Outcome> {
    const condition = etag === undefined ? {} : { 'if-none-match': etag };
    const answered = await send(passage, { ...passage.headers, ...condition });
    const headers = returnedHeaders(answered.headers);
    if (answered.status === 304 && stored) {
      metrics.shown(passage.measured, (now() - stored.storedAt) / 1000);
      return {
        mode: 'REVALIDATED',
        status: 200,
        headers: refreshedHeaders(stored.headers, headers),
        body: stored.body,
      };
    }
    if (answered.status === 304) return outcomeOf(answered, 'REVALIDATED');
    const fresh = answered.headers.etag;
    if (answered.status !== 200 || !fresh || answered.stream || forbidsKeeping(answered.headers)) {
      return outcomeOf(answered, 'NO-STORE');
    }
    void store.set(key, { etag: fresh, headers: lastingHeaders(headers), body: answered.body, storedAt: now() });
    return outcomeOf(answered, stored ? 'CHANGED' : 'MISS');
  }

  /** Rejects with WaitNeeded and UpstreamFailure. */
  async function send(passage: Passage, headers: Record<string, string>): Promise<UpstreamAnswer> {
    const { account, kind, measured, place, request } = passage;
    const cameAt = now();
    const entered = await account.admission.enter(kind).finally(metrics.pending());
    metrics.waited(measured, (now() - cameAt) / 1000);
    if ('waitMs' in entered) throw new WaitNeeded(entered.waitMs);

    const sentAt = now();
    const ended = metrics.underWay();
    const leave = () => {
      ended();
      entered.leave();
    };
    try {
      const { method, body } = request;
      const answered = await upstream.send({ method, path: place.path, headers, body });
      metrics.asked(measured, answered.status, (now() - sentAt) / 1000);
      observe(passage, answered);
      if (answered.stream) answered.stream.once('close', leave);
      else leave();
      return answered;
    } catch (error) {
      leave();
      metrics.asked(measured, 0, (now() - sentAt) / 1000);
      const { method } = request;
      logger.warn({ err: error, account: account.name, method, path: place.api }, 'The code host has not answered');
      throw error;
    }
  }

  /** What an answer says of the account's limits. */
  function observe({ account, kind, place, request }: Passage, { status, headers, body }: UpstreamAnswer): void {
    if (status === 401) {
      // The host does not know the caller, and counts him elsewhere than for the account that he names.
      tokens.forget(request.headers);
      return;
    }
    const remaining = Number(headers['x-ratelimit-remaining']);
    const resetMs = Number(headers['x-ratelimit-reset']) * 1000 - now();
    if (Number.isFinite(remaining) && Number.isFinite(resetMs)) {
      const resource = String(headers['x-ratelimit-resource'] ?? 'core');
      metrics.limit(account.name, { resource, remaining, resetMs });
    }
    const { budget } = account.admission;
    const isRefused = status === 403 || status === 429;
    const said = isRefused || kind.resource === 'graphql' ? jsonOf(headers, body) : undefined;
    const mayBeLimit = isRefused || (status === 200 && isGraphLimit(said));
    const waitMs = mayBeLimit ? budget.limitedBy({ status, headers, message: wordsOf(said) }) : undefined;
    if (waitMs === undefined) budget.saw(headers);
    else logger.debug({ account: account.name, path: place.api, status, waitMs }, 'The code host limits an account');
  }

  function shown({ place, request }: Passage, { mode, status, headers, body, stream }: Outcome): ProxyAnswer {
    const translated = (url: string) => places.translated(url, { host: request.host, prefix: place.prefix });
    const { etag, link, location } = headers;
    const all: AnswerHeaders = { ...headers, [cacheModeHeader]: mode };
    // Else clients would go on without us.
    if (typeof link === 'string') all['link'] = link.replaceAll(/(?<=<)[^<>]*(?=>)/g, translated);
    if (typeof location === 'string') all['location'] = translated(location);
    const isKnown = request.method === 'GET' && status === 200 && isSameTag(request.headers['if-none-match'], etag);
    if (!isKnown) return { status, headers: all, body: stream ?? body };
    stream?.destroy();
    return { status: 304, headers: refreshedHeaders({}, all) };
  }

  return { answer, close: () => upstream.close() };
}

/** The limits are in the way of a request, for so many milliseconds. */
class WaitNeeded extends Error {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('A limit is in the way.');
    this.waitMs = waitMs;
  }
}

function outcomeOf({ status, headers, body, stream }: UpstreamAnswer, mode: CacheMode): Outcome {
  return { mode, status, headers: returnedHeaders(headers), body, ...(stream && { stream }) };
}
