/** A plain HTTP client of an API server for test programs: JSON in and out, watches line by line, and nothing else. */
import { request, type IncomingMessage } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

export interface KubeRequest {
  /** Default `application/json`. */
  contentType?: string;
  body?: unknown;
}

export interface KubeAnswer<T> {
  status: number;
  body: T;
}

export interface KubeClient {
  /** Whatever the status; rejects only when nobody answers. */
  ask<T>(method: string, path: string, request?: KubeRequest): Promise<KubeAnswer<T>>;
  /** Lines of a watch until it ends or `signal` aborts. */
  watch<T>(path: string, signal: AbortSignal): AsyncIterable<T>;
  close(): void;
}

/** @param kubeconfig path */
export async function createKubeClient(kubeconfig: string): Promise<KubeClient> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const server = config.getCurrentCluster()?.server ?? '';
  const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] = {};
  await config.applyToHTTPSOptions(options);
  const isSecure = server.startsWith('https:');
  const agent = isSecure ? new Agent({ keepAlive: true, ca: options.ca as Buffer, maxSockets: 64 }) : undefined;

  async function send(method: string, path: string, { body, contentType }: KubeRequest = {}): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      ...(options.headers as Record<string, string>),
      accept: 'application/json',
      ...(text !== undefined && {
        'content-type': contentType ?? 'application/json',
        // Node leaves it out for DELETE.
        'content-length': Buffer.byteLength(text),
      }),
    };
    return await new Promise((resolve, reject) => {
      const sent = (isSecure ? secureRequest : request)(
        new URL(server + path),
        { method, headers, ...(agent && { agent }) },
        resolve,
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }

  return {
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- a cast, in fewer words
    async ask<T>(method: string, path: string, sent?: KubeRequest) {
      const answer = await send(method, path, sent);
      const chunks: Buffer[] = [];
      for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const isJson = answer.headers['content-type']?.includes('json');
      return { status: answer.statusCode ?? 0, body: (isJson ? JSON.parse(text) : text) as T };
    },
    async *watch<T>(path: string, signal: AbortSignal) {
      const answer = await send('GET', path);
      const end = () => answer.destroy();
      signal.addEventListener('abort', end);
      try {
        if (answer.statusCode !== 200) throw new Error(`The watch was answered with ${answer.statusCode}.`);
        for await (const line of lines(answer)) yield JSON.parse(line) as T;
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        signal.removeEventListener('abort', end);
        answer.destroy();
      }
    },
    close: () => agent?.destroy(),
  };
}

/** Rejects when the connection breaks, which Node's own reader of lines would wait out for ever. */
async function* lines(answer: IncomingMessage): AsyncIterable<string> {
  answer.setEncoding('utf8');
  let rest = '';
  for await (const chunk of answer as AsyncIterable<string>) {
    const whole = (rest + chunk).split('\n');
    rest = whole.pop() ?? '';
    yield* whole;
  }
}
