/** A receiver of webhooks on this machine, for tests of what is sent again: answers as it is told, and keeps what came. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedWebhook {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface WebhookReceiver {
  /** Address without a path. */
  url: string;
  /** What it answers: a status, or a function of what came. Default 200. */
  answer: number | ((webhook: ReceivedWebhook) => { status: number; headers?: Record<string, string>; body?: string });
  received: ReceivedWebhook[];
  close(): Promise<void>;
}

export async function createWebhookReceiver(): Promise<WebhookReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const webhook = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      receiver.received.push(webhook);
      const { answer } = receiver;
      const { status, headers = {}, body = '' } = typeof answer === 'number' ? { status: answer } : answer(webhook);
      response.writeHead(status, headers).end(body);
    });
  });
  const receiver: WebhookReceiver = {
    url: '',
    answer: 200,
    received: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return receiver;
}
