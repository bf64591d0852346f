/**
 * HTTP to the API server of one build cluster: the client library's credentials, plain JSON in and out, streams for watches
 * and logs, and the server's own clock.
 */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest, type RequestOptions as HttpsOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { errorCode } from '../error-code.ts';
import { ApiRefusal, ClusterUnavailable } from './api-error.ts';
import type { Status } from './api-types.ts';
import { createServerClock } from './server-clock.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below the server's address; parts that come from elsewhere are encoded by the caller. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** Default `application/json`. */
  contentType?: string;
  /** Ends the request, or the stream that came of it. */
  signal?: AbortSignal;
  /** For the whole answer; for streams, until it begins. Default 20 s. */
  timeoutMs?: number;
  /** What is being done, for errors: `create pod x`. */
  action: string;
}

export interface ClusterConnection {
  /** Name of the cluster in jobs and logs. */
  readonly cluster: string;
  /** Throws ApiRefusal for 4xx, ClusterUnavailable for everything else that is no success. */
  request<T>(request: ApiRequest): Promise<T>;
  /** The same for an answer that is read as it comes. An error of the stream is the network's. */
  open(request: ApiRequest): Promise<IncomingMessage>;
  /** Milliseconds since the epoch by the API server's clock; ours until it has answered once. */
  nowMs(): number;
  close(): void;
}

export interface ConnectionOptions {
  cluster: string;
  /** With one context, which is the current one. */
  kubeConfig: KubeConfig;
  /** Our clock. Default `Date.now`. */
  now?: () => number;
}

interface Credentials {
  options: HttpsOptions;
  agent: HttpAgent;
  readAtMs: number;
}

/** Tokens and certificates are files or programs that renew them: they are read again at this pace. */
const credentialsForMs = 30_000;
const defaultTimeoutMs = 20_000;
const maxFreeSockets = 16;
/** Answers that are no stream; a list has pages, so nothing legitimate comes near it. */
const maxAnswerBytes = 64 * 1024 * 1024;

export function createConnection({ cluster, kubeConfig, now = Date.now }: ConnectionOptions): ClusterConnection {
  const clock = createServerClock(now);
  let credentials: Credentials | undefined;
  let reading: Promise<Credentials> | undefined;

  function currentCredentials(): Promise<Credentials> {
    if (credentials && now() - credentials.readAtMs < credentialsForMs) return Promise.resolve(credentials);
    reading ??= readCredentials().finally(() => (reading = undefined));
    return reading;
  }

  async function readCredentials(): Promise<Credentials> {
    const options: HttpsOptions = {};
    await kubeConfig.applyToHTTPSOptions(options);
    const { agent: fresh, ...rest } = options;
    const known = credentials;
    // Connections live as long as what they were opened with.
    const isSame = known !== undefined && tlsOf(known.options) === tlsOf(rest);
    const agent = isSame ? known.agent : keepAlive(fresh);
    if (known && !isSame) known.agent.destroy();
    credentials = { options: rest, agent, readAtMs: now() };
    return credentials;
  }

  async function open(request: ApiRequest): Promise<IncomingMessage> {
    const { action, signal } = request;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      let answer: IncomingMessage;
      try {
        answer = await send(request);
      } catch (error) {
        signal?.throwIfAborted();
        // A kept connection may have died unnoticed. Asking again is safe: all that is done here may be done twice.
        if (error instanceof StaleConnection && attempt <= maxFreeSockets) continue;
        throw new ClusterUnavailable(`${action} in cluster ${cluster}`, error);
      }
      if (answer.headers.date) clock.tell(Date.parse(answer.headers.date));
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) return answer;
      const body = await statusOf(answer);
      if (status === 401 && attempt === 1) {
        // The token may have been renewed since it was read.
        credentials = undefined;
        continue;
      }
      throw failure(`${action} in cluster ${cluster}`, status, body, answer.headers['retry-after']);
    }
  }

  async function send(request: ApiRequest): Promise<IncomingMessage> {
    const server = kubeConfig.getCurrentCluster()?.server;
    if (!server) throw new Error('the kubeconfig names no server');
    const url = new URL(server.replace(/\/+$/, '') + request.path);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { options, agent } = await currentCredentials();
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const full: RequestOptions = {
      ...options,
      agent,
      method: request.method,
      ...(request.signal && { signal: request.signal }),
      headers: {
        ...(options.headers as OutgoingHttpHeaders | undefined),
        accept: 'application/json, */*',
        'user-agent': 'bowsprit',
        ...(body !== undefined && {
          'content-type': request.contentType ?? 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      },
    };
    const begin = url.protocol === 'http:' ? httpRequest : httpsRequest;
    return await new Promise((resolve, reject) => {
      const sent = begin(url, full, (answer) => {
        clearTimeout(timer);
        answer.socket.setKeepAlive(true, 30_000);
        resolve(answer);
      });
      const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
      const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      sent.on('error', (error) => {
        clearTimeout(timer);
        const isStale = sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(errorCode(error));
        reject(isStale ? new StaleConnection(error.message) : error);
      });
      sent.end(body);
    });
  }

  return {
    cluster,
    open,
    async request<T>(request: ApiRequest): Promise<T> {
      const answer = await open(request);
      const timeoutMs = request.timeoutMs ?? defaultTimeoutMs;
      const timer = setTimeout(() => answer.destroy(new Error(`no complete answer within ${timeoutMs} ms`)), timeoutMs);
      try {
        return JSON.parse((await bounded(answer, maxAnswerBytes)).toString()) as T;
      } catch (error) {
        request.signal?.throwIfAborted();
        throw new ClusterUnavailable(`${request.action} in cluster ${cluster}`, error);
      } finally {
        clearTimeout(timer);
      }
    },
    nowMs: () => clock.nowMs(),
    close() {
      credentials?.agent.destroy();
    },
  };
}

/** The server had closed a connection that was kept open. */
class StaleConnection extends Error {}

function keepAlive(agent: RequestOptions['agent']): HttpAgent {
  if (!(agent instanceof HttpAgent)) throw new Error('the kubeconfig gives no agent');
  Object.assign(agent, { keepAlive: true, maxFreeSockets });
  return agent;
}

/** What a connection is secured with, as one text to compare. */
function tlsOf({ ca, cert, key, servername, rejectUnauthorized }: HttpsOptions): string {
  const texts = [ca, cert, key].map((part) => (typeof part === 'string' || Buffer.isBuffer(part) ? String(part) : ''));
  return JSON.stringify([...texts, servername, rejectUnauthorized]);
}

function failure(action: string, status: number, body: Partial<Status>, retryAfter: string | undefined): Error {
  if (status >= 400 && status < 500 && status !== 429) return new ApiRefusal(action, status, body);
  const seconds = Number(retryAfter ?? body.details?.retryAfterSeconds);
  return new ClusterUnavailable(action, undefined, {
    status,
    message: body.message ?? `HTTP status ${status}`,
    ...(seconds > 0 && { retryAfterMs: seconds * 1_000 }),
  });
}

/** The server's explanation; a proxy in between sends other texts, of which the beginning is shown. */
async function statusOf(answer: IncomingMessage): Promise<Partial<Status>> {
  const timer = setTimeout(() => answer.destroy(), defaultTimeoutMs);
  try {
    const text = (await bounded(answer, maxAnswerBytes)).toString();
    const parsed = parseStatus(text);
    if (parsed) return parsed;
    return text.trim() ? { message: text.trim().slice(0, 500) } : {};
  } catch {
    return {};
  } finally {
    clearTimeout(timer);
  }
}

function parseStatus(text: string): Partial<Status> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

async function bounded(answer: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Error(`the answer has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
