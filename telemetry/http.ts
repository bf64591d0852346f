/**
 * The small HTTP server that every role has beside its work: `/metrics` for Prometheus, `/healthz` (the process answers)
 * and `/healthz/ready` (it can do its work) for supervisors. Nothing here changes anything.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import type { Registry } from 'prom-client';

export interface TelemetryServerOptions {
  /** 0 takes a free port. */
  port: number;
  /** Default 127.0.0.1: metrics hold names of jobs and repositories. */
  host?: string;
  registry: Registry;
  ready(): boolean;
  /** More text in Prometheus's format, such as that of the Temporal SDK's own exporter. Its failure costs only its part. */
  extraMetrics?(): Promise<string>;
}

export interface TelemetryServer {
  port: number;
  url: string;
  close(): Promise<void>;
}

async function metricsText(options: TelemetryServerOptions): Promise<string> {
  const own = await options.registry.metrics();
  if (!options.extraMetrics) return own;
  try {
    return `${own}\n${await options.extraMetrics()}`;
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
    return `${own}\n# Metrics of another source are missing: ${reason}\n`;
  }
}

async function answer(options: TelemetryServerOptions, request: IncomingMessage, response: ServerResponse) {
  const send = (status: number, body: string, type = 'text/plain; charset=utf-8') => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return send(405, 'Only GET and HEAD.\n');
  }
  switch ((request.url ?? '/').split('?', 1)[0]) {
    case '/metrics':
      return send(200, await metricsText(options), options.registry.contentType);
    case '/healthz':
      return send(200, 'OK\n');
    case '/healthz/ready':
      return options.ready() ? send(200, 'OK\n') : send(503, 'Not ready.\n');
    default:
      return send(404, 'Paths: /metrics, /healthz, /healthz/ready.\n');
  }
}

/** Resolves when the server listens. Rejects when the port cannot be had, naming address and reason. */
export async function startTelemetryServer(options: TelemetryServerOptions): Promise<TelemetryServer> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
      response.end(`${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
      reject(new Error(`Cannot serve metrics and health on ${host}:${options.port}: ${reason}`, { cause: error }));
    });
    server.listen(options.port, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
