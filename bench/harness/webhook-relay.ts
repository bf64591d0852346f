/**
 * Stands between the code host and the gateway: hands each webhook on as it came, and notes when it came and how long the gateway
 * took to answer. The code host is answered at once, so that one webhook does not wait for the answer to another.
 */
import { Agent, createServer, request as askHttp, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Scope } from './scope.ts';

export interface SeenWebhook {
  event: string;
  action: string;
  /** Of the change or issue; 0 where it is about none. */
  number: number;
  /** The label of `labeled` and `unlabeled`. */
  label: string;
  /** Milliseconds, `performance.now()`, when it was there as a whole. */
  at: number;
}

export interface Answered {
  /** 0 where there was no answer. */
  status: number;
  ms: number;
}

export interface WebhookRelay {
  /** For the code host. */
  url: string;
  /** From now on webhooks go there; until then they wait. */
  connect(gatewayUrl: string): void;
  /** Told of each webhook before it is handed on. */
  onWebhook(listener: (seen: SeenWebhook) => void): void;
  /** Hands over a webhook that the code host did not send. */
  send(headers: Readonly<Record<string, string>>, body: Buffer): Promise<Answered>;
  /** The gateway's answers since the last call. */
  takeAnswers(): Answered[];
  /** Webhooks that are not answered yet. */
  pending(): number;
  /** How many the code host has sent. */
  seen(): number;
}

/** The code host gives up as late. */
const timeoutMs = 10_000;

export async function startWebhookRelay(scope: Scope): Promise<WebhookRelay> {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const listeners: ((seen: SeenWebhook) => void)[] = [];
  let answers: Answered[] = [];
  let pending = 0;
  let count = 0;
  let connect: (url: string) => void = () => undefined;
  const connected = new Promise<string>((resolve) => (connect = resolve));

  const send: WebhookRelay['send'] = async (headers, body) => {
    pending += 1;
    const url = await connected;
    const started = performance.now();
    const status = await post(agent, url, headers, body).catch(() => 0);
    const answered = { status, ms: performance.now() - started };
    answers.push(answered);
    pending -= 1;
    return answered;
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(202).end();
      const body = Buffer.concat(chunks);
      const seen = seenIn(request, body);
      count += 1;
      for (const listener of listeners) listener(seen);
      void send(passedOn(request), body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scope.defer(() => {
    server.closeAllConnections();
    server.close();
    agent.destroy();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    connect: (url) => connect(url),
    onWebhook: (listener) => void listeners.push(listener),
    send,
    takeAnswers() {
      const taken = answers;
      answers = [];
      return taken;
    },
    pending: () => pending,
    seen: () => count,
  };
}

function seenIn(request: IncomingMessage, body: Buffer): SeenWebhook {
  const payload = JSON.parse(body.toString()) as {
    action?: string;
    number?: number;
    label?: { name: string };
    issue?: { number: number };
    pull_request?: { number: number };
  };
  return {
    event: String(request.headers['x-github-event']),
    action: payload.action ?? '',
    number: payload.pull_request?.number ?? payload.issue?.number ?? 0,
    label: payload.label?.name ?? '',
    at: performance.now(),
  };
}

/** Everything that the code host says of it; not what belongs to the connection. */
function passedOn({ headers }: IncomingMessage): Record<string, string> {
  const wanted = Object.entries(headers).filter(
    ([name]) => name === 'content-type' || name === 'user-agent' || name.startsWith('x-'),
  );
  return Object.fromEntries(wanted.map(([name, value]) => [name, String(value)]));
}

async function post(
  agent: Agent,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<number> {
  return await new Promise((resolve, reject) => {
    const sent = askHttp(url, {
      method: 'POST',
      agent,
      headers: { ...headers, 'content-length': body.length },
      signal: AbortSignal.timeout(timeoutMs),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.on('error', reject);
    });
    sent.end(body);
  });
}
