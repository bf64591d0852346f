/**
 * Stands in front of an API server and makes it as unpleasant as a real one can be: cuts watches, answers 429 or 500, is slow, tells
 * another time. Counts what passes, so that tests can say which calls a program makes.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { dump, load } from 'js-yaml';

/** What goes wrong; may be changed at any time. Everything is off by default. */
export interface Faults {
  /** Watches and followed logs end after so many milliseconds, as if the connection broke. */
  cutStreamsMs?: number;
  /** The next `times` requests that match are answered so, and do not reach the server. */
  answer?: { status: number; times: number; method?: string; path?: RegExp; retryAfterSeconds?: number };
  /** The next `times` requests that match reach the server, and their answers are lost. */
  loseAnswers?: { times: number; method?: string; path?: RegExp };
  /** Milliseconds before each request goes on. */
  latencyMs?: number;
  /** Added to the time in the header `Date`. */
  dateSkewMs?: number;
}

export interface FaultProxy {
  /** Path of a kubeconfig that leads through the proxy. */
  kubeconfig: string;
  faults: Faults;
  /** Requests since the start or the last `forget`, as `verb resource` with RBAC's words: `list pods`, `get pods/log`. */
  requests(): ReadonlyMap<string, number>;
  forget(): void;
  /** Breaks every connection that is open now. */
  cut(): void;
  stop(): Promise<void>;
}

/** @param kubeconfig of the API server behind, with one cluster and a token; the proxy's own is written beside it */
export async function startFaultProxy(kubeconfig: string): Promise<FaultProxy> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const target = new URL(config.getCurrentCluster()?.server ?? '');
  const authority = Buffer.from(config.getCurrentCluster()?.caData ?? '', 'base64');
  const agent = new Agent({ keepAlive: true, ca: authority });
  const counts = new Map<string, number>();
  const proxy = { faults: {} as Faults };

  const server = createServer((asked, answer) => {
    const name = rbacName(asked.method ?? 'GET', asked.url ?? '/');
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const { latencyMs = 0 } = proxy.faults;
    if (latencyMs > 0) setTimeout(() => pass(asked, answer), latencyMs);
    else pass(asked, answer);
  });

  function pass(asked: IncomingMessage, answer: ServerResponse): void {
    const fault = proxy.faults.answer;
    if (fault && matches(asked, fault)) {
      fault.times -= 1;
      asked.resume();
      const retry = fault.retryAfterSeconds === undefined ? {} : { 'retry-after': String(fault.retryAfterSeconds) };
      answer.writeHead(fault.status, { 'content-type': 'application/json', ...retry });
      answer.end(
        JSON.stringify({
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          message: 'a fault of the test',
          code: fault.status,
        }),
      );
      return;
    }
    const lost = proxy.faults.loseAnswers;
    const isLost = lost !== undefined && matches(asked, lost);
    if (isLost) lost.times -= 1;
    const headers = { ...asked.headers, host: target.host };
    const sent = request(
      { host: target.hostname, port: target.port, method: asked.method, path: asked.url, headers, agent },
      (received) => {
        if (isLost) {
          received.resume();
          answer.destroy();
          return;
        }
        const { date } = received.headers;
        const { dateSkewMs = 0, cutStreamsMs } = proxy.faults;
        const told = new Date(Date.parse(date ?? new Date().toUTCString()) + dateSkewMs).toUTCString();
        answer.writeHead(received.statusCode ?? 502, { ...received.headers, date: told });
        answer.flushHeaders();
        received.pipe(answer);
        received.on('error', () => answer.destroy());
        if (cutStreamsMs !== undefined && isStream(asked.url ?? '')) {
          const timer = setTimeout(() => answer.destroy(), cutStreamsMs);
          answer.on('close', () => clearTimeout(timer));
        }
      },
    );
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    asked.pipe(sent);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const own = join(dirname(kubeconfig), `kubeconfig-${port}`);
  writeFileSync(own, throughProxy(readFileSync(kubeconfig, 'utf8'), `http://127.0.0.1:${port}`), {
    mode: 0o600,
  });
  return Object.assign(proxy, {
    kubeconfig: own,
    requests: () => new Map(counts),
    forget: () => counts.clear(),
    cut: () => server.closeAllConnections(),
    async stop() {
      server.closeAllConnections();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** Credentials stay; HTTP is only taken by the client library where certificates are not checked. */
function throughProxy(text: string, server: string): string {
  const config = load(text) as { clusters: { cluster: object }[] };
  for (const one of config.clusters) one.cluster = { server, 'insecure-skip-tls-verify': true };
  return dump(config);
}

function matches(asked: IncomingMessage, fault: { times: number; method?: string; path?: RegExp }): boolean {
  if (fault.times <= 0) return false;
  if (fault.method !== undefined && fault.method !== asked.method) return false;
  return fault.path?.test(asked.url ?? '') ?? true;
}

const isStream = (url: string) => /[?&](watch|follow)=(1|true)/.test(url);

const verbs: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

/** `/api/v1/namespaces/x/pods/y/log` is `get pods/log`; what is no resource is named by its path. */
export function rbacName(method: string, url: string): string {
  const { pathname } = new URL(url, 'http://server');
  const [, resource = '', name, sub] =
    /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/)?([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
      pathname,
    ) ?? [];
  if (!resource) return `${method.toLowerCase()} ${pathname}`;
  const full = sub ? `${resource}/${sub}` : resource;
  if (method !== 'GET')
    return `${method === 'DELETE' && !name ? 'deletecollection' : (verbs[method] ?? method)} ${full}`;
  if (/[?&]watch=(1|true)/.test(url)) return `watch ${full}`;
  return `${name ? 'get' : 'list'} ${full}`;
}
